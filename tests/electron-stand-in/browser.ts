// The Chromium behind the stand-in: one context for all windows. A custom scheme is served at an https origin of its own, so
// that the page has a secure, stable origin; the main side only ever sees the app:// spelling.

import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../helpers/chromium.ts';

const SHOWN = 'https://bundle.app.stand-in.test';
const CALLED = 'app://bundle';

export const toShown = (url: string): string => (url.startsWith(`${CALLED}/`) || url === CALLED ? SHOWN + url.slice(CALLED.length) : url);
export const toCalled = (url: string): string => (url.startsWith(`${SHOWN}/`) || url === SHOWN ? CALLED + url.slice(SHOWN.length) : url);

let running: Promise<{ browser: Browser; context: BrowserContext }> | undefined;

export function getContext(): Promise<BrowserContext> {
  running ??= (async () => {
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    return { browser, context: await browser.newContext({ viewport: null }) };
  })();
  return running.then(({ context }) => context);
}

export async function closeBrowser(): Promise<void> {
  const { browser } = (await running) ?? {};
  running = undefined;
  await browser?.close();
}
