// From the spawn of the built headless host to its first byte and to a page that answers, with data stored; what the page loads
// first; and what the host costs when nothing happens.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { openStore } from '../electron/adapters/sqlite/open.ts';
import { ensureBuilt, root } from '../scripts/built.ts';
import type { AgentId, ConversationId, MessageId, WorkflowId } from '../shared/model/ids.ts';
import { parseWorkflowText } from '../shared/model/workflow.ts';
import { findChromium } from '../tests/helpers/chromium.ts';
import { type Bench, type BenchContext, median } from './lib/bench.ts';

const starts = 7;
const workflows = 1000;
const idleMs = 5000;

export const coldStart: Bench = {
  name: 'cold-start',
  about: 'the built headless host: spawn to first byte, to a usable page, first-load JS, idle CPU and memory. --n stored messages.',
  async run(context) {
    ensureBuilt({ only: ['out/node', 'out/renderer'], say: context.say });
    context.figure('first-load-js', firstLoadBytes() / 1024, 'KB gzip', 1);
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-cold-'));
    try {
      await firstBytes(context, path.join(folder, 'empty'), 'first-byte-empty');
      const messages = context.n ?? 10_000;
      const full = path.join(folder, 'full');
      context.say(`Storing ${workflows} workflows and ${messages} messages …`);
      await fill(full, messages, context.say);
      await firstBytes(context, full, 'first-byte');
      await pages(context, full, messages);
      await idle(context, full);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Scripts that the page names and what those import at once, as gzip sends them. */
function firstLoadBytes(): number {
  const folder = path.join(root, 'out/renderer');
  const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((match) => match[1] as string);
  return [...new Set(files)].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(folder, file))).length, 0);
}

interface Started {
  child: ChildProcess;
  address: string;
  spawnedAt: number;
}

async function start(data: string): Promise<Started> {
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'out/node/cli.js'), 'serve', '--port', '0', '--json', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (child.stdout === null) throw new Error('The host has no stdout.');
  let text = '';
  for await (const line of createInterface({ input: child.stdout })) {
    text += line;
    // Printed over several lines: it is whole when it parses.
    const address = addressIn(text);
    if (address !== undefined) return { child, address, spawnedAt };
  }
  throw new Error('The host ended before it said where it is.');
}

function addressIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { address: string }).address;
  } catch {
    return undefined; // Not all of it is there yet.
  }
}

async function stop({ child }: Started): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

async function firstBytes(context: BenchContext, data: string, metric: string): Promise<void> {
  const times: number[] = [];
  const busy: number[] = [];
  // The first start makes the folder and its database: it is not counted.
  for (let i = 0; i <= starts; i += 1) {
    const host = await start(data);
    const response = await fetch(host.address, { redirect: 'manual' });
    const reader = response.body?.getReader();
    await reader?.read();
    const ms = performance.now() - host.spawnedAt;
    const cpu = mainThreadMs(host.child.pid);
    await reader?.cancel();
    if (response.status >= 400) throw new Error(`The page answered ${response.status}.`);
    if (i > 0) times.push(ms);
    if (i > 0 && cpu !== undefined) busy.push(cpu);
    await stop(host);
  }
  context.figure(metric, median(times), 'ms', times.length);
  if (busy.length > 0) context.figure(`${metric}-cpu`, median(busy), 'ms of the main thread', busy.length);
}

/** Processor time of the main thread until now, which a busy machine changes little; Linux tells it in /proc. */
function mainThreadMs(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

async function pages(context: BenchContext, data: string, messages: number): Promise<void> {
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath: findChromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  } catch (error) {
    context.say(`ui-interactive is not measured: ${String(error)}`);
    return;
  }
  try {
    // Each start in a window of its own, whose frame the browser makes beside the page: half a second of its processor time.
    await pageStarts(context, { data, messages, metric: 'ui', open: () => browser.newPage() });
    // As a person opens it: in a tab of a window that is there. Each host has a port of its own, so nothing is known of its page either.
    const window = await openWindow(browser);
    await pageStarts(context, { data, messages, metric: 'ui-tab', open: () => window.newPage() });
  } finally {
    await browser.close();
  }
}

async function openWindow(browser: Browser): Promise<BrowserContext> {
  const window = await browser.newContext();
  await window.newPage();
  await sleep(2000);
  return window;
}

async function pageStarts(
  context: BenchContext,
  { data, messages, metric, open }: { data: string; messages: number; metric: string; open(): Promise<Page> },
): Promise<void> {
  const seen: PageStart[] = [];
  for (let i = 0; i < starts; i += 1) {
    const host = await start(data);
    const page = await open();
    seen.push(await pageStart(page, host));
    await page.close();
    await stop(host);
  }
  const figure = (name: string, read: (each: PageStart) => number, unit: string): void =>
    context.figure(`${metric}-${name}`, median(seen.map(read)), unit, seen.length);
  figure('interactive', (each) => each.interactiveMs, `ms with ${messages} messages`);
  figure('interactive-cpu', (each) => each.interactiveCpuMs, "ms of the page's main thread");
  figure('filled', (each) => each.filledMs, `ms with ${messages} messages, until the list of ${workflows} workflows is there`);
  figure('filled-cpu', (each) => each.filledCpuMs, "ms of the page's main thread");
}

interface PageStart {
  interactiveMs: number;
  interactiveCpuMs: number;
  filledMs: number;
  filledCpuMs: number;
}

/** Milliseconds since the spawn, and the processor time that the page's main thread took, the test tool's own part among it. */
async function pageStart(page: Page, host: Started): Promise<PageStart> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpu = async (): Promise<number> => {
    const { metrics } = await debug.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const since = (): number => performance.now() - host.spawnedAt;
  await page.goto(host.address, { waitUntil: 'commit' });
  // Usable: the navigation is drawn and one more frame has passed, so that a click would be answered.
  await page.locator('nav a, nav button').first().waitFor({ state: 'visible' });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))));
  const interactive = { interactiveMs: since(), interactiveCpuMs: await cpu() };
  // Filled: what is stored is there, which only the host behind the pages can have given.
  await page.getByText('Workflow 0', { exact: true }).waitFor({ state: 'visible' });
  const filled = { filledMs: since(), filledCpuMs: await cpu() };
  // And a control really answers: it leads where it says.
  await page
    .locator('nav')
    .getByRole('link', { name: 'Runs' })
    .or(page.locator('nav').getByRole('button', { name: 'Runs' }))
    .first()
    .click();
  await page.waitForFunction(() => location.hash.startsWith('#/runs'));
  return { ...interactive, ...filled };
}

/** Linux tells both in /proc; elsewhere they are not measured. */
async function idle(context: BenchContext, data: string): Promise<void> {
  if (process.platform !== 'linux') return context.say('Idle figures are read from /proc, which is not here.');
  const host = await start(data);
  await sleep(3000);
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${host.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await sleep(idleMs);
  context.figure('idle-cpu', ((ticks() - before) * 10 * 100) / idleMs, '%', 1);
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.child.pid}/status`, 'utf8'))?.[1];
  context.figure('idle-rss', Number(rss) / 1024, 'MB', 1);
  await stop(host);
}

async function fill(folder: string, messages: number, say: (line: string) => void): Promise<void> {
  mkdirSync(folder);
  const opened = openStore({ folder });
  const sample = parseWorkflowText(readFileSync(path.join(root, 'resources/sample-workflows/folder-digest.json'), 'utf8'), 'sample');
  const at = Date.now();
  for (let i = 0; i < workflows; i += 1)
    opened.store.workflows.insert({
      ...sample,
      name: `Workflow ${i}`,
      id: `w${i}` as WorkflowId,
      revision: 1,
      createdAt: at - i,
      updatedAt: at - i,
    });
  for (let i = 0; i < messages; i += 1) {
    const id = `c${Math.floor(i / 200)}` as ConversationId;
    if (i % 200 === 0)
      opened.store.chats.insert({
        id,
        title: `Conversation ${i / 200}`,
        agent: 'default' as AgentId,
        createdAt: at - i,
        updatedAt: at - i,
      });
    const parts = [{ type: 'text' as const, text: `Message ${i} about orbits, gears and the tides of the moon.` }];
    opened.store.chats.putMessage(id, {
      id: `m${i}` as MessageId,
      role: i % 2 === 0 ? 'person' : 'agent',
      parts,
      createdAt: at - i,
      state: 'done',
    });
    if (i > 0 && i % 20_000 === 0) say(`${i} messages`);
  }
  await opened.close();
}
