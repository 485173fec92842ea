// Payloads that try to run something in the page, and ways to tell somebody elsewhere something. Each defence is tried without the other:
// the renderer in a page without a policy, whole and a character at a time, and HTML that nobody cleaned under the page policy. The
// same under nothing is the control. Then a whole host whose data is payloads, page by page.

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ensureBuilt } from '../../scripts/built.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { findChromium } from '../helpers/chromium.ts';
import { browserArgs } from '../helpers/demo-host.ts';
import { CannotTorture, type Torture, type TortureOptions } from './torture.ts';
import { channels } from './xss-channels.ts';
import { makeXss, type Payload } from './xss-grid.ts';
import { buildPage, headOfApp, type Site, serveSite } from './xss-harness.ts';
import { brief, leaksOfHtml, leaksOfText, thorough } from './xss-leaks.ts';
import { firstOfPages, tryPages } from './xss-pages.ts';
import { type Outcome, tryRaw, tryRendered } from './xss-try.ts';

/** Below it, a share is tried: a page of each kind, and the channels in haste. */
const fewest = 1_000;
/** Of the page tries; a few of each family. */
const mostOnPages = 600;

interface Sites {
  /** Under the page policy. */
  guarded: Site;
  guardedDocuments: Map<string, string>;
  /** Under nothing. */
  bare: Site;
  bareDocuments: Map<string, string>;
}

const zero = () => ({
  payloads: 0,
  sanitiserExecuted: 0,
  cspExecuted: 0,
  streamedExecuted: 0,
  pagesExecuted: 0,
  unexpectedElements: 0,
  pages: 0,
  pagePayloads: 0,
  pagePayloadsShown: 0,
  channels: 0,
  requests: 0,
  silentConnections: 0,
  /** Payloads that ran, and channels that were heard, where nothing was in their way. */
  controls: 0,
  controlChannels: 0,
  controlFailed: 0,
});
type Counters = ReturnType<typeof zero>;

export const torture: Torture = {
  about:
    'payloads and outbound channels against the renderer alone and the page policy alone: nothing runs, nothing is asked for elsewhere.',
  defaultN: 6_000,
  promises: ['sanitiserExecuted', 'cspExecuted', 'streamedExecuted', 'pagesExecuted', 'unexpectedElements', 'requests', 'controlFailed'],
  async run(options) {
    const counters = zero();
    const payloads = makeXss(seeded(options.seed), options.n);
    counters.payloads = payloads.length;
    counters.channels = channels.length;
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-xss-'));
    const browser = await launch();
    const documents = { guarded: new Map<string, string>(), bare: new Map<string, string>() };
    const files = { script: '/page.js', folder };
    const guarded = await serveSite({ files, guarded: true, documents: documents.guarded });
    const bare = await serveSite({ files, guarded: false, documents: documents.bare });
    const sites: Sites = { guarded, bare, guardedDocuments: documents.guarded, bareDocuments: documents.bare };
    try {
      process.env.NODE_ENV = 'production';
      ensureBuilt({ only: ['out/node', 'out/renderer'] });
      await buildPage(folder);
      await tryAll(browser, sites, payloads, options, counters);
    } finally {
      await browser.close();
      await guarded.close();
      await bare.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return counters;
  },
};

async function launch(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: findChromium(), args: browserArgs });
  } catch (error) {
    throw new CannotTorture(`No browser to try it in: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function tryAll(
  browser: Browser,
  sites: Sites,
  payloads: readonly Payload[],
  options: TortureOptions,
  counters: Counters,
): Promise<void> {
  const tasks: (() => Promise<void>)[] = [
    async () => {
      counters.streamedExecuted = told('streamed', await tryRendered(browser, sites.bare, payloads, 'stream'), payloads, options, counters);
    },
    async () => {
      const onPages = makeXss(seeded(options.seed + 1), Math.min(options.n, mostOnPages), firstOfPages);
      const seen = await tryPages(browser, onPages, { say: options.say, isBrief: options.n < fewest });
      counters.pagesExecuted = seen.ran;
      counters.pages = seen.visited;
      counters.pagePayloads = seen.placed;
      counters.pagePayloadsShown = seen.shown;
      counters.requests += seen.requests;
      if (seen.shown < seen.placed / 4) counters.controlFailed += 1;
      options.say(
        `pages: ${seen.visited} visited, ${seen.shown} of ${seen.placed} payloads on the screen, ${seen.ran} ran, ${seen.requests} requests`,
      );
    },
    () => tryChannels(browser, sites, options, counters),
    async () => {
      counters.sanitiserExecuted = told(
        'renderer alone',
        await tryRendered(browser, sites.bare, payloads, 'draw'),
        payloads,
        options,
        counters,
      );
    },
    async () => {
      const alone = await tryRaw(browser, sites.guarded, sites.guardedDocuments, payloads);
      counters.cspExecuted = told('page policy alone', alone, payloads, options, counters);
    },
    async () => {
      const { ran } = await tryRaw(browser, sites.bare, sites.bareDocuments, payloads);
      counters.controls = ran.size;
      // Not every payload is one that this browser would run; when few do, nothing was tried.
      if (ran.size < payloads.length / 3) counters.controlFailed += 1;
      options.say(`under nothing: ${ran.size} of ${payloads.length} ran`);
    },
  ];
  const work = tasks.values();
  const one = async (): Promise<void> => {
    for (const task of work) await task();
  };
  await Promise.all(Array.from({ length: Math.max(2, Math.min(4, cpus().length)) }, one));
}

async function tryChannels(browser: Browser, sites: Sites, { n, say }: TortureOptions, counters: Counters): Promise<void> {
  const pace = n < fewest ? brief : thorough;
  const { head } = headOfApp();
  const text = await leaksOfText(browser, sites.bare, pace);
  const policy = await leaksOfHtml(browser, sites.guarded, { mode: 'policy', documents: sites.guardedDocuments, head, pace });
  const nothing = await leaksOfHtml(browser, sites.bare, { mode: 'nothing', documents: sites.bareDocuments, head: '', pace });
  counters.requests += text.requests + policy.requests;
  counters.silentConnections = text.silent + policy.silent;
  counters.controlChannels = [...nothing.heard].filter((name) => channels.some((channel) => channel.name === name)).length;
  if (counters.controlChannels < 60) counters.controlFailed += 1;
  for (const [how, { heard }] of [['the renderer', text] as const, ['the page policy', policy] as const])
    if (heard.size > 0) say(`Heard in spite of ${how}: ${[...heard].join(', ')}`);
  say(
    `channels: ${channels.length}, ${counters.controlChannels} heard under nothing; ${text.requests} by text, ${policy.requests} under the page policy`,
  );
}

function told(how: string, { ran, faults }: Outcome, payloads: readonly Payload[], { say }: TortureOptions, counters: Counters): number {
  counters.unexpectedElements += faults.length;
  for (const payload of payloads.filter(({ id }) => ran.has(id)).slice(0, 5)) say(`Ran (${how}): ${JSON.stringify(payload)}`);
  for (const fault of [...new Set(faults)].slice(0, 5)) say(`Made (${how}): ${fault}`);
  say(`${how}: ${ran.size} of ${payloads.length} ran`);
  return ran.size;
}
