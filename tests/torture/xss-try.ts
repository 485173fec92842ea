// The ways in which payloads are tried: through the renderer without a page policy, whole and a character at a time; and as HTML that
// nobody cleaned, under the page policy alone and, as the control, under nothing.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { poke, putRaw, type Watched, watchedPage } from './xss-browser.ts';
import type { Payload } from './xss-grid.ts';
import type { Site } from './xss-harness.ts';

interface PageApi {
  draw(texts: readonly string[]): void;
  stream(texts: readonly string[]): Promise<void>;
  clear(): void;
  takeFaults(): string[];
}
declare global {
  var xss: PageApi;
}

const batchSize = 150;
/** What loads, fails or animates by itself has happened by then. */
const settleMs = 120;

const batches = <T>(from: readonly T[], size = batchSize): T[][] =>
  Array.from({ length: Math.ceil(from.length / size) }, (_, index) => from.slice(index * size, (index + 1) * size));

export interface Outcome {
  ran: Set<number>;
  /** Elements and attributes that the renderer must not make, in words. */
  faults: string[];
}

export async function tryRendered(browser: Browser, site: Site, payloads: readonly Payload[], how: 'draw' | 'stream'): Promise<Outcome> {
  const watched = await watchedPage(browser, site.origin);
  const faults: string[] = [];
  await watched.page.waitForFunction(() => 'xss' in globalThis);
  for (const batch of batches(payloads, how === 'stream' ? 60 : batchSize)) {
    await watched.page.evaluate(([way, texts]) => globalThis.xss[way](texts), [how, batch.map(({ text }) => text)] as const);
    await watched.page.evaluate(poke, 'div');
    await sleep(settleMs);
    faults.push(...(await watched.page.evaluate(() => globalThis.xss.takeFaults())));
    await watched.page.evaluate(() => globalThis.xss.clear());
  }
  return end(watched, faults);
}

/** Put in by script, and in documents that are read from the network. `documents` belongs to the site. */
export async function tryRaw(browser: Browser, site: Site, documents: Map<string, string>, payloads: readonly Payload[]): Promise<Outcome> {
  const watched = await watchedPage(browser, site.origin);
  for (const batch of batches(payloads)) {
    await watched.page.goto(site.origin);
    await watched.page.evaluate(
      putRaw,
      batch.map(({ html }) => html),
    );
    await watched.page.evaluate(poke, '#raw');
    await sleep(settleMs);
  }
  // One document each for what reads the rest of a document as text; it would take the others with it.
  const greedy = /<(plaintext|script(?![\s\S]*<\/script)|frameset)/i;
  const groups = [
    ...batches(
      payloads.filter(({ html }) => !greedy.test(html)),
      50,
    ),
    ...payloads.filter(({ html }) => greedy.test(html)).map((payload) => [payload]),
  ];
  for (const [index, group] of groups.entries()) {
    const name = `/parsed/${index}`;
    documents.set(name, parsedDocument(group));
    await watched.page.goto(`${site.origin}${name}`, { waitUntil: 'domcontentloaded' }).catch(() => undefined);
    await watched.page.evaluate(poke, 'body').catch(() => undefined);
    await sleep(group.length === 1 ? 20 : settleMs);
    documents.delete(name);
  }
  return end(watched, []);
}

/** Ends whatever the one before it left open. */
const closing =
  '--></title></textarea></style></script></xmp></noscript></template></select></iframe></noembed></listing></table></svg></math></form>"\'>';

const parsedDocument = (group: readonly Payload[]): string =>
  `<!doctype html><meta charset=utf-8><title>x</title><body>${group.map(({ html }) => `<div>${html}</div>${closing}`).join('\n')}`;

async function end({ context, ran }: Watched, faults: string[]): Promise<Outcome> {
  await context.close();
  return { ran, faults };
}
