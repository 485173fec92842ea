// Tries every outbound channel through the renderer without a page policy, and as HTML that nobody cleaned under the page policy alone;
// as the control, the same under nothing. Counts what a listener hears, and which names the browser looks up.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { watchedPage } from './xss-browser.ts';
import { type Channel, channels, type Target } from './xss-channels.ts';
import type { Site } from './xss-harness.ts';
import { type Listener, openListener } from './xss-listener.ts';

export interface Pace {
  /** What is on its way has come by then. */
  patienceMs: number;
  /** Channels in one document. */
  group: number;
  /** Documents at a time. */
  lanes: number;
}
export const thorough: Pace = { patienceMs: 700, group: 20, lanes: 3 };
export const brief: Pace = { patienceMs: 250, group: 40, lanes: 5 };

export interface Leaks {
  /** Names of the channels that were heard. */
  heard: Set<string>;
  requests: number;
  /** Connections on which nothing was asked. */
  silent: number;
}

const targetOf = (index: number, mode: string, listener: Listener): Target => ({
  url: `http://127.0.0.1:${listener.http}/c${index}`,
  ws: `ws://127.0.0.1:${listener.http}/c${index}`,
  stun: `stun:127.0.0.1:${listener.udp}`,
  host: `${lookupMark(mode)}${index}.orrery-leak.test`,
});
/** Begins every name that is looked up for this mode and for nothing else. */
export const lookupMark = (mode: string): string => `xss-${mode}-`;

const triesAtMost = 3;
/** Far above what a try takes on a busy machine. */
const tryLimitMs = 30_000;

const closeLimitMs = 5_000;

/**
 * Closing a page that is taking itself elsewhere was seen to last 27 s on a busy machine. What it was there for is over by then; what
 * does not close ends with the browser.
 */
async function leave(what: { close(): Promise<void> }): Promise<void> {
  await Promise.race([what.close().catch(() => undefined), sleep(closeLimitMs, undefined, { ref: false })]);
}

/**
 * A page whose channels take it elsewhere may never answer again. Such a try is left and made again in a new page: nothing
 * counts as tried that was not. What is left ends with the browser.
 */
async function insist(what: string, attempt: (count: number) => Promise<void>): Promise<void> {
  for (let count = 1; count <= triesAtMost; count += 1) {
    const limit = new AbortController();
    const late = sleep(tryLimitMs, true, { signal: limit.signal }).catch(() => false);
    const isLate = await Promise.race([attempt(count).then(() => false), late]).finally(() => limit.abort());
    if (!isLate) return;
  }
  throw new Error(`In ${triesAtMost} tries the browser did not answer: ${what}`);
}

async function withListener(mode: string, { patienceMs }: Pace, run: (targets: Map<Channel, Target>) => Promise<void>): Promise<Leaks> {
  const listener = await openListener();
  try {
    await run(new Map(channels.map((channel, index) => [channel, targetOf(index, mode, listener)])));
    await sleep(patienceMs);
    const names = listener.heard.map((path) => {
      const index = /^\/c(\d+)/.exec(path)?.[1];
      return path === 'udp' ? 'script: WebRTC' : index === undefined ? path : (channels[Number(index)]?.name ?? path);
    });
    const requests = listener.heard.length;
    const overHttp = listener.heard.filter((path) => path !== 'udp').length;
    return { heard: new Set(names), requests, silent: Math.max(0, listener.connections() - overHttp) };
  } finally {
    await listener.close();
  }
}

export const leaksOfText = (browser: Browser, site: Site, pace: Pace): Promise<Leaks> =>
  withListener('text', pace, async (targets) => {
    const texts = [...targets].flatMap(([channel, to]) => [channel.html(to), ...(channel.text === undefined ? [] : [channel.text(to)])]);
    await insist('the channels as text', async () => {
      const { context, page } = await watchedPage(browser, site.origin, { mayLeave: true });
      await page.waitForFunction(() => 'xss' in globalThis);
      await page.evaluate((all) => globalThis.xss.draw(all), texts);
      await sleep(pace.patienceMs);
      // While it is being written as well, in steps: each character is tried by the payloads.
      for (const part of [0.25, 0.5, 0.75, 0.9])
        await page.evaluate(
          (all) => globalThis.xss.draw(all),
          texts.map((text) => text.slice(0, Math.floor(text.length * part))),
        );
      await sleep(pace.patienceMs);
      await leave(context);
    });
  });

export const leaksOfHtml = (
  browser: Browser,
  site: Site,
  options: { mode: string; documents: Map<string, string>; head: string; pace: Pace },
): Promise<Leaks> =>
  withListener(options.mode, options.pace, async (targets) => {
    const { patienceMs, group: groupSize, lanes } = options.pace;
    const groups: [Channel, Target][][] = [];
    for (const entry of targets) {
      const last = groups.at(-1);
      if (entry[0].alone === true) groups.unshift([entry]);
      else if (last === undefined || last[0]?.[0].alone === true || last.length >= groupSize) groups.push([entry]);
      else last.push(entry);
    }
    const context = await browser.newContext();
    const tryGroup = async (name: string, group: [Channel, Target][]): Promise<void> => {
      const html = group.map(([channel, to]) => channel.html(to)).join('\n');
      options.documents.set(name, `<!doctype html><meta charset=utf-8><title>x</title>${options.head}<body>${html}`);
      const page = await context.newPage();
      await page.goto(`${site.origin}${name}`, { timeout: 5_000 }).catch(() => undefined);
      await sleep(patienceMs);
      // Put in late too, as a page that is being written would.
      await page.evaluate((late) => document.body?.insertAdjacentHTML('beforeend', late), html).catch(() => undefined);
      await sleep(patienceMs);
      await leave(page);
      options.documents.delete(name);
    };
    const work = groups.entries();
    const one = async (): Promise<void> => {
      for (const [index, group] of work)
        await insist(group.map(([{ name }]) => name).join(', '), (count) => tryGroup(`/channels/${options.mode}/${index}-${count}`, group));
    };
    await Promise.all(Array.from({ length: lanes }, one));
    await leave(context);
  });
