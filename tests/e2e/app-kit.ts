// What the page tests of the whole app share: built files, a page on a host with a log of every request it made, and pictures
// kept in .cache/e2e. Not a test itself.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page, WebSocket } from 'playwright-core';
import { expect, type TestContext } from 'vitest';
import type { Attached } from '../../electron/wires/attach.ts';
import { ensureBuilt, root } from '../../scripts/built.ts';
import { attach, type DemoHost, launchBrowser, openView, startDemoHost, type View } from '../helpers/demo-host.ts';
import { type HeadlessHost, startHost } from '../helpers/headless-host.ts';

/** How long the app may take to show something before a test says that it does not; never a speed. */
export const patience = 30_000;

export async function builtApp(): Promise<void> {
  // The test runner's own NODE_ENV would build React's development runtime.
  process.env.NODE_ENV = 'production';
  ensureBuilt({ only: ['out/node', 'out/renderer'] });
}

export async function keepPicture(page: Page, name: string): Promise<string> {
  const folder = path.join(root, '.cache/e2e');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}

export interface App extends View {
  /** Addresses of requests and sockets that went anywhere but to the host. */
  strays: string[];
  /** Text of every WebSocket frame that came to the page, in order, for every load. */
  received: string[];
  /** The same for what the page sent. */
  sent: string[];
}

/** A page of the app. Everything it asks for, from the first request on, is written down. */
export async function openApp(browser: Browser, host: HeadlessHost, options: Parameters<typeof openView>[2] = {}): Promise<App> {
  const strays: string[] = [];
  const received: string[] = [];
  const sent: string[] = [];
  const isOwn = (address: string): boolean => {
    const url = new URL(address);
    return url.protocol === 'data:' || url.protocol === 'blob:' || url.host === new URL(host.origin).host;
  };
  const view = await openView(browser, host, options);
  view.page.setDefaultTimeout(patience);
  const frameText = (frame: { payload: string | Buffer }): string => frame.payload.toString();
  view.context.on('request', (request) => {
    if (!isOwn(request.url())) strays.push(request.url());
  });
  view.page.on('requestfailed', (request) => {
    // A page that is left while it loads cuts its own requests off.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') view.problems.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  view.page.on('websocket', (socket: WebSocket) => {
    if (!isOwn(socket.url().replace(/^ws/, 'http'))) strays.push(socket.url());
    socket.on('framereceived', (frame) => received.push(frameText(frame)));
    socket.on('framesent', (frame) => sent.push(frameText(frame)));
  });
  // `openView` has loaded the page already; the log starts with a whole load of its own.
  await view.page.reload();
  await view.page.getByRole('region', { name: 'Status' }).getByText('tool servers').waitFor({ timeout: patience });
  return { ...view, strays, received, sent };
}

export interface DemoApp extends DemoHost {
  app: App;
}

/** What a file of tests needs: the built app on a host of its own, after `seed`, in a browser of its own; both end with `close`. */
export async function startDemoApp(
  kind: 'usual' | 'empty',
  size: { width: number; height: number },
  seed: (demo: DemoHost) => Promise<void> = async () => undefined,
): Promise<DemoApp> {
  await builtApp();
  const demo = await startDemoHost(kind);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await demo.close();
  };
  try {
    await seed(demo);
    browser = await launchBrowser();
    return { ...demo, app: await openApp(browser, demo.host, size), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The vault takes secrets, also where there is no keychain. */
export async function makeVault({ vault }: Attached['client']): Promise<void> {
  if ((await vault.getStatus()).protection === 'none') await vault.setPassphrase({ passphrase: 'a passphrase for the test' });
}

/** A host of someone whose home is `home` in the folder, with a vault. The caller ends both. */
export async function startPersonHost(folder: string): Promise<{ host: HeadlessHost; attached: Attached }> {
  const home = path.join(folder, 'home');
  const host = await startHost({ dataFolder: path.join(folder, 'data'), env: { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config') } });
  const attached = await attach(host);
  await makeVault(attached.client);
  return { host, attached };
}

/** For `afterEach`: a picture of the page on which a test failed; what it left open is not in the way of the next. */
export const pictureOfFailure =
  (of: string, page: () => Page) =>
  async ({ task }: TestContext): Promise<void> => {
    if (task.result?.state !== 'fail') return;
    await keepPicture(page(), `failed-${of}-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
    await page().reload();
  };

/** Waits until nothing on the page says that it is still loading. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page
    .waitForFunction(() => document.querySelector('main [aria-busy="true"]:not([role="log"]), main .late') === null, undefined, {
      timeout: patience,
    })
    .catch(() => undefined);
}

export const eventually = <T>(read: () => T | Promise<T>): ReturnType<typeof expect.poll> =>
  expect.poll(read, { timeout: patience, interval: 50 });
