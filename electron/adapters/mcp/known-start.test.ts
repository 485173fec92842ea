// Starts that go as the last one did need no worker; whatever goes otherwise does, and is read in full.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log, ToolCallOptions } from '../../runtime/ports.ts';
import { KnownStart } from './known-start.ts';
import { fingerprint, type StartRecord } from './start-record.ts';
import { createToolHost, type ToolHostOptions } from './tool-host.ts';

/** Worker threads that were made in this process, by whomever: nobody else makes one here. */
const threads = { made: 0 };
const count = () => {
  threads.made += 1;
};
beforeAll(() => process.on('worker', count));
afterAll(() => process.off('worker', count));

const fixture = fileURLToPath(new URL('./starts-again.fixture.mjs', import.meta.url));
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const root = '/tmp/orrery-a-root';
const id = 'child' as never;

/** What the first start of a server that is always the same left behind; it counts its starts beside that. */
let first: string;
let folder: string;
let host: ReturnType<typeof createToolHost>;
beforeAll(() => {
  first = mkdtempSync(join(tmpdir(), 'orrery-first-start-'));
});
afterAll(() => rmSync(first, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-known-start-'));
  host = newHost();
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const newHost = (more: Partial<ToolHostOptions> = {}) =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: memoryVault(),
    log: quiet,
    dataFolder: folder,
    version: '1.0.0',
    times: { stopStepMs: 300, startMs: 20_000 },
    ...more,
  });
const config = (mode: string) =>
  ({
    id: 'child',
    title: 'Child',
    command: 'node',
    args: [fixture, mode, join(mode === 'same' ? first : folder, 'starts')],
    env: {},
    enabled: true,
    reach: { sandbox: 'off', folders: [], hosts: [], roots: [root], samplingTokens: 0 },
  }) as never as ServerConfig;

/** How many workers the start made. */
async function start(mode: string) {
  const before = threads.made;
  const status = await host.start(config(mode));
  return { status, workers: threads.made - before };
}
/** Started once before, and ended. */
async function startedBefore(mode: string, more: Partial<ToolHostOptions> = {}) {
  const kept = join(first, 'known-tools');
  const isKept = mode === 'same' && existsSync(kept);
  if (isKept) cpSync(kept, join(folder, 'known-tools'), { recursive: true });
  else expect((await start(mode)).status.state).toBe('ready');
  await host.close();
  if (mode === 'same' && !isKept) cpSync(join(folder, 'known-tools'), kept, { recursive: true });
  host = newHost(more);
}
const call = async (tool: string, args: { text?: string } = {}, more: Partial<ToolCallOptions> = {}) => {
  const signal = new AbortController().signal;
  const { content, structured } = await host.call(id, tool, args, { signal, folders: [], source: { kind: 'person' }, ...more });
  return structured ?? (content[0] as { text: string }).text;
};
const named = `[{"uri":"file://${root}","name":"orrery-a-root"}]`;
const kept = () => join(folder, 'known-tools', readdirSync(join(folder, 'known-tools'))[0] as string);
const record = () => (JSON.parse(readFileSync(kept(), 'utf8')) as { start?: StartRecord }).start;

it('the second start makes no worker: its tools are there, it is told its roots, and plain calls are answered', async () => {
  await startedBefore('same');
  const { status, workers } = await start('same');
  expect({ state: status.state, workers }).toEqual({ state: 'ready', workers: 0 });
  expect(status.about).toMatchObject({ name: 'again', version: '1', protocol: '2025-11-25', capabilities: ['resources', 'tools'] });
  expect(host.tools(id).map(({ name }) => name)).toEqual(['echo', 'promise', 'roots', 'asks', 'large', 'progress', 'broken']);
  const before = threads.made;
  expect(await Promise.all(['a', 'b', 'c'].map((text) => call('echo', { text })))).toEqual(['a', 'b', 'c']);
  expect(await call('roots')).toBe(named);
  expect(await call('asks')).toBe(named);
  expect(threads.made).toBe(before);
});

it.each([
  ['a question beside calls', async () => (await host.resources(id, new AbortController().signal)).map(({ uri }) => uri), ['test://one']],
  ['a result that was promised', () => call('promise', { text: 'kept' }), { text: 'kept' }],
  ['a large result', async () => String(await call('large')).length, 100_000],
  [
    'progress',
    async () => {
      const told: unknown[] = [];
      await call('progress', {}, { onProgress: ({ done, total }) => told.push([done, total]) });
      return told;
    },
    [[1, 2]],
  ],
])('%s brings one worker, which knows what was said before; calls meanwhile are answered too', async (_, ask, answer) => {
  await startedBefore('same');
  expect((await start('same')).workers).toBe(0);
  const before = threads.made;
  const [first, second, third] = await Promise.all([call('echo', { text: 'before' }), ask(), call('echo', { text: 'after' })]);
  expect([first, second, third]).toEqual(['before', answer, 'after']);
  expect(await ask()).toEqual(answer);
  expect(await call('echo', { text: 'later' })).toBe('later');
  expect(threads.made - before).toBe(1);
});

it('definitions that changed since are read by a worker, and wait until a person has seen them', async () => {
  await startedBefore('changed');
  // What was accepted is kept elsewhere than how a start went: here by the first life of this host.
  const accepted = new Map<string, ReadonlyMap<string, string>>();
  const store = {
    accepted: (server: string) => accepted.get(server),
    accept: (server: string, definitions: ReadonlyMap<string, string>) => void accepted.set(server, definitions),
    quarantine: () => undefined,
    setQuarantine: () => undefined,
  };
  host = newHost({ kept: store });
  host.prepare(config('changed'));
  expect(host.tools(id)[0]?.description).toBe('Says it again.');
  const { status, workers } = await start('changed');
  expect({ state: status.state, workers }).toEqual({ state: 'ready', workers: 1 });
  expect(status.changes).toMatchObject([{ tool: 'echo', kind: 'changed' }]);
  expect(await call('echo', { text: 'a' })).toBe('a');
});

it('a greeting and a word of its own are told each time', async () => {
  await startedBefore('greets');
  expect((await start('greets')).workers).toBe(1);
  expect(host.logs(id).some(({ text }) => text.includes('Not an MCP message, on stdout: Welcome back'))).toBe(true);
  await host.close();
  host = newHost();
  // The start that was told of is not one to go by.
  expect((await start('greets')).workers).toBe(1);
  await host.close();
  host = newHost();
  rmSync(join(folder, 'starts'));
  await startedBefore('logs');
  expect((await start('logs')).status.state).toBe('ready');
  await vi.waitFor(() => expect(host.logs(id).some(({ text }) => text.includes('a word of its own'))).toBe(true), { timeout: 20_000 });
});

it('questions in one line with an answer are read each time', async () => {
  await startedBefore('batch');
  expect(record()).toBeUndefined();
  expect((await start('batch')).workers).toBe(1);
});

it('of a start in which a secret was said nothing is kept', async () => {
  const vault = memoryVault({ KEY: 'kept-to-itself-4711' });
  host = newHost({ vault });
  const given = { ...config('secret'), env: { SECRET: { secret: 'KEY' } } } as never as ServerConfig;
  expect((await host.start(given)).state).toBe('ready');
  expect(host.tools(id)[1]?.description).toBe('Gives what it promised. [secret:KEY]');
  expect(record()).toBeUndefined();
});

it('a start that fails is told as any other, and is read in full the next time', async () => {
  await startedBefore('refuses');
  const { status, workers } = await start('refuses');
  expect(workers).toBe(1);
  expect(status.failure?.message).toContain('no licence');
  expect(record()).toBeUndefined();
  await host.close();
  host = newHost();
  rmSync(join(folder, 'starts'));
  await startedBefore('hangs', { times: { startMs: 1_000, stopStepMs: 300 } });
  const hung = await start('hangs');
  expect(hung.status.failure).toMatchObject({ cause: 'timed-out' });
  expect(hung.workers).toBe(0);
});

it('another version of the app begins anew, and what it cannot read is no start', async () => {
  await startedBefore('same', { version: '2.0.0' });
  expect((await start('same')).workers).toBe(1);
  expect(record()?.by).toBe('2.0.0');
  await host.close();
  writeFileSync(kept(), readFileSync(kept(), 'utf8').replace('"bytes":', '"octets":'));
  host = newHost({ version: '2.0.0' });
  expect((await start('same')).workers).toBe(1);
  expect(record()?.steps.length).toBe(3);
});

it('a worker that would have said other words ends the server, and the next start is read in full', async () => {
  await startedBefore('same');
  writeFileSync(kept(), readFileSync(kept(), 'utf8').replace('\\"title\\":\\"Orrery\\"', '\\"title\\":\\"Orrerx\\"'));
  expect((await start('same')).workers).toBe(0);
  await expect(host.resources(id, new AbortController().signal)).rejects.toMatchObject({ code: 'tool-failed' });
  await vi.waitFor(() => expect(host.servers()[0]?.failure?.message).toContain('words of another version'), { timeout: 20_000 });
  const again = await start('same');
  expect({ state: again.status.state, workers: again.workers }).toEqual({ state: 'ready', workers: 1 });
  expect((await host.resources(id, new AbortController().signal)).length).toBe(1);
});

it('an answer that stands in the middle of a line is none, though it came by itself', async () => {
  await startedBefore('same');
  await start('same');
  // Its worker is there, and takes the beginning before the rest comes.
  await host.resources(id, new AbortController().signal);
  const stop = new AbortController();
  const broken = call('broken', {}, { signal: stop.signal });
  const said = () => host.logs(id).some(({ text }) => text.includes('not the beginning of {'));
  await Promise.race([broken, vi.waitFor(() => expect(said()).toBe(true), { timeout: 30_000 })]);
  stop.abort();
  await expect(broken).rejects.toMatchObject({ code: 'cancelled' });
  expect(await call('echo', { text: 'whole' })).toBe('whole');
});

it('an idle server is asked whether it is there without a worker', async () => {
  await startedBefore('same', { times: { pingMs: 500, stopStepMs: 300 } });
  expect((await start('same')).workers).toBe(0);
  const before = threads.made;
  // Two that were not answered would have ended it.
  const asked = () => host.logs(id).filter(({ text }) => text.includes('was asked whether it is there')).length;
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(2), { timeout: 30_000 });
  expect(host.servers()[0]?.state).toBe('ready');
  expect(threads.made).toBe(before);
});

it('a fault of ours while a server is heard ends that server, and not the host', async () => {
  expect((await start('same')).status.state).toBe('ready');
  const asked = call(
    'progress',
    {},
    {
      onProgress: () => {
        throw new Error('a fault');
      },
    },
  );
  await expect(asked).rejects.toMatchObject({ code: 'tool-failed', message: expect.stringMatching(/fault of Orrery/) });
  await vi.waitFor(() => expect(host.servers()[0]?.state).toBe('failed'), { timeout: 20_000 });
  expect((await start('same')).status.state).toBe('ready');
  expect(await call('echo', { text: 'again' })).toBe('again');
});

// Pieces of every size, and what comes in between.
const answers = ['{"one":1}', '{"zwei":"✓"}', '{"three":[3]}'];
const steps = answers.map((answer, at) => ({ lines: [`ask ${at}\n`], answer: fingerprint(answer) }));
const known = () => {
  const written: string[] = [];
  const start = new KnownStart({ steps }, (text) => written.push(text), [root]);
  start.begin();
  return { start, written };
};
const pieces = (text: string, size: number) => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
};

it.each([1, 2, 3, 7, 1_000])('pieces of %i bytes are put together', (size) => {
  const { start, written } = known();
  const rest: Buffer[] = [];
  let ready = 0;
  for (const piece of pieces(`${answers.join('\n')}\nmore`, size)) {
    if (ready > 0) {
      rest.push(piece);
      continue;
    }
    const taken = start.take(piece);
    if (taken.is === 'ready') {
      ready += 1;
      rest.push(taken.rest);
    } else expect(taken.is).toBe('known');
  }
  expect({ ready, rest: Buffer.concat(rest).toString(), written }).toEqual({
    ready: 1,
    rest: 'more',
    written: ['ask 0\n', 'ask 1\n', 'ask 2\n'],
  });
  expect(start.past.answers.map((each) => Buffer.from(each).toString())).toEqual(answers.map((answer) => `${answer}\n`));
});

it.each([
  ['another answer', '{"one":2}\n', '{"one":2}\n'],
  ['another answer of other length, and what follows it', '{"one":11}\nmore', '{"one":11}\nmore'],
  ['an empty line', '\n{"one":1}\n', '\n{"one":1}\n'],
  ['a notification first', '{"jsonrpc":"2.0","method":"x"}\n', '{"jsonrpc":"2.0","method":"x"}\n'],
  ['a line that does not end', 'x'.repeat(2_000), 'x'.repeat(2_000)],
  ['an answer out of its turn', '{"zwei":"✓"}\n', '{"zwei":"✓"}\n'],
  ['a question for the roots with more in it', '{"jsonrpc":"2.0","id":1,"method":"roots/list","x":1}\n', undefined],
  ['a question for the roots without a number', '{"jsonrpc":"2.0","id":null,"method":"roots/list"}\n', undefined],
])('%s is left to the worker, whole', (_, text, left = text) => {
  for (const size of [1, 5, 5_000]) {
    const { start, written } = known();
    let taken: ReturnType<KnownStart['take']> = { is: 'known' };
    const rest: Buffer[] = [];
    for (const piece of pieces(text, size)) {
      if (taken.is === 'other') rest.push(piece);
      else taken = start.take(piece);
    }
    expect(taken.is).toBe('other');
    expect(Buffer.concat([...(taken.is === 'other' ? [taken.rest] : []), ...rest]).toString()).toBe(left);
    expect(written).toEqual(['ask 0\n']);
  }
});

it('questions for the roots are answered here a few times only', () => {
  const { start, written } = known();
  const ask = Buffer.from('{"jsonrpc":"2.0","id":"r","method":"roots/list"}\n');
  const taken = Array.from({ length: 9 }, () => start.take(ask).is);
  expect(taken).toEqual([...Array.from({ length: 8 }, () => 'known'), 'other']);
  expect(written.filter((line) => line.includes(root))).toHaveLength(8);
});
