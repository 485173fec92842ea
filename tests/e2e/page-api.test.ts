// The page's side of the wire, in a real browser on the headless host: calls, errors, streams, a break and the way back.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret } from '../../electron/headless/door.ts';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { addressOf, openFront } from '../../electron/headless/open-front.ts';
import { Channel } from '../../electron/runtime/util/channel.ts';
import { WireServer } from '../../electron/wires/serve.ts';
import { AppError } from '../../shared/errors.ts';
import { recordingRouter, silentLog, testContext } from '../contract/wire-rig.ts';
import { findChromium } from '../helpers/chromium.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-page-api-'));
const events = new Channel<unknown[]>();
let tags = [{ tag: 'home', count: 1 }];
const { router } = recordingRouter({
  'memory.listTags': () => tags,
  'runs.get': () => {
    throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list.' });
  },
  'runs.watch': ({ signal }) => events.follow(signal),
});
const wires = new WireServer(router, silentLog);
const secret = newSecret();
let host: Headless;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await build({
    configFile: false,
    root: path.join(import.meta.dirname, 'fixtures'),
    logLevel: 'error',
    // The test runner's NODE_ENV would choose React's development runtime for the code and the other one for React.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { input: path.join(import.meta.dirname, 'fixtures/page-api.tsx'), output: { entryFileNames: 'page.js' } },
    },
  });
  writeFileSync(
    path.join(folder, 'index.html'),
    '<!doctype html><title>Orrery</title><body><script type="module" src="/page.js"></script>',
  );
  host = await startHeadless({ host: { wires, context: () => testContext }, rendererFolder: folder, port: 0, secret });
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => console.error('The page failed:', error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error('The page says:', message.text());
  });
  await page.goto(host.address);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
const shows = (id: string, wanted: string) => expect.poll(() => text(id), { timeout: 30_000 }).toBe(wanted);
const send = (seq: number): void => events.send([{ seq, event: { type: 'run-status', at: seq, status: 'running' } }]);

it('shows an answer, an error in words, and a stream; comes back after a break; leaves when it unmounts', async () => {
  await shows('connection', 'connected 1');
  expect(page.url()).toBe(`${host.origin}/`);
  await shows('call', '[{"tag":"home","count":1}]');
  await shows('error', 'run-not-found Reload the list.');
  await expect.poll(() => events.readerCount).toBe(1);
  send(1);
  send(2);
  await shows('stream', 'open 1,2');

  tags = [{ tag: 'work', count: 2 }];
  await page.locator('#reload').click();
  await shows('call', '[{"tag":"work","count":2}]');

  tags = [{ tag: 'after the break', count: 3 }];
  wires.close();
  await shows('connection', 'connected 2');
  await shows('call', '[{"tag":"after the break","count":3}]');
  await expect.poll(() => events.readerCount).toBe(1);
  send(3);
  await shows('stream', 'open 1,2,3');

  await page.locator('#leave').click();
  await expect.poll(() => events.readerCount).toBe(0);
});

it('lets further tabs in, and says that it was not let in when its key is gone', async () => {
  const tab = await page.context().newPage();
  await tab.goto(`${host.origin}/`);
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('connected 1');
  const key = await tab.evaluate(() => localStorage.getItem('orrery.page-key'));
  await tab.evaluate(() => localStorage.clear());
  await tab.reload();
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toMatch(/^refused/);
  await tab.evaluate((kept) => localStorage.setItem('orrery.page-key', kept ?? ''), key);
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('connected 1');
  await tab.close();
});

it('does not say its key to a program that took the port of its host', async () => {
  const tab = await (await browser.newContext()).newPage();
  const { port } = host;
  await tab.goto(host.address);
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('connected 1');
  await host.close();
  const heard: string[] = [];
  const squatter = createServer((request, response) => {
    heard.push(`${request.url} ${JSON.stringify(request.headers)}`);
    response.end('A'.repeat(43));
  });
  squatter.on('upgrade', (request, stream) => {
    heard.push(`upgrade ${JSON.stringify(request.headers)}`);
    stream.destroy();
  });
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toMatch(/^refused/);
  const key = await tab.evaluate(() => localStorage.getItem('orrery.page-key'));
  expect(heard.filter((each) => each.startsWith('/session')).length).toBeGreaterThan(0);
  expect(heard.filter((each) => each.startsWith('upgrade') || each.includes(key ?? ''))).toEqual([]);
  squatter.closeAllConnections();
  await new Promise((resolve) => squatter.close(resolve));
  host = await startHeadless({ host: { wires, context: () => testContext }, rendererFolder: folder, port, secret });
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('connected 2');
  await tab.context().close();
});

it('says in the host’s words why that could not start', async () => {
  const front = await openFront({ rendererFolder: folder, port: 0 });
  const tab = await (await browser.newContext()).newPage();
  await tab.goto(addressOf(front).address);
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('connecting 0');
  const failed = front.fail(new AppError('disk-full', 'The disk is full.', { hint: 'Make room and start Orrery again.' }));
  await expect.poll(() => tab.locator('#connection').innerText(), { timeout: 30_000 }).toBe('failed 0');
  expect(await tab.locator('#trouble').innerText()).toBe('The disk is full. Make room and start Orrery again.');
  await failed;
  await tab.context().close();
});

it('says that it was not let in when the host no longer knows its session', async () => {
  await page.context().clearCookies();
  wires.close();
  await expect.poll(() => text('connection'), { timeout: 30_000 }).toMatch(/^refused/);
});
