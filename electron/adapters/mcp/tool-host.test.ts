import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log, ToolHost } from '../../runtime/ports.ts';
import { findCommand } from './launch/launch.ts';
import { createToolHost, type ToolHostOptions } from './tool-host.ts';

const hostile = fileURLToPath(new URL('./hostile-server.fixture.mjs', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const official = (name: string) => join(modules, '@modelcontextprotocol', name, 'dist/index.js');
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

let folder: string;
let host: ToolHost;
const make = (options: Partial<ToolHostOptions> = {}): ToolHost =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: {
      ...memoryVault(),
      reveal: async (name) => {
        if (name === 'absent') throw new AppError('secret-not-found', 'There is no secret “absent”.', { hint: 'Add it.' });
        return 'the-secret-value';
      },
      redact: (text) => text.replaceAll('the-secret-value', '[secret]'),
    },
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
    ...options,
  });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-mcp-'));
  host = make();
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const config = (command: string, args: string[] = [], extra: object = {}): ServerConfig =>
  ({ id: 'child', title: 'Child', command, args, env: {}, enabled: true, ...extra }) as ServerConfig;
const bad = (mode: string, extra: object = {}) => config('node', [hostile, mode], extra);
const call = (tool = 'act', args = {}, server = 'child', signal = new AbortController().signal) =>
  host.call(server as never, tool, args, { signal, folders: [], source: { kind: 'person' } });
const status = (): ServerStatus => host.servers().find((each) => each.id === 'child') as ServerStatus;
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 1500 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds(), JSON.stringify(host.servers())).toBe(true);
};
const isAlive = (pid: number): boolean => {
  try {
    // A zombie waits for its parent; it is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const groupOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
  } catch {
    return -1; // gone meanwhile
  }
};
const failureOf = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error: AppError) => error,
  );

describe('official servers', () => {
  it('server-everything: tools, structured results, progress, cancel', async () => {
    expect((await host.start(config('node', [official('server-everything')]))).state).toBe('ready');
    expect(host.tools().map((tool) => tool.name)).toContain('echo');
    expect((await call('echo', { message: 'hi' })).content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    expect((await call('get-structured-content', { location: 'Chicago' })).structured).toBeTypeOf('object');
    expect((await call('get-tiny-image')).content.some((part) => part.type === 'image')).toBe(true);
    const steps: number[] = [];
    const long = host.call(
      'child' as never,
      'trigger-long-running-operation',
      { duration: 0.3, steps: 3 },
      {
        signal: new AbortController().signal,
        folders: [],
        source: { kind: 'person' },
        onProgress: (progress) => steps.push(progress.done),
      },
    );
    expect((await long).isError).toBe(false);
    expect(steps.length).toBeGreaterThan(0);
    const leave = new AbortController();
    setTimeout(() => leave.abort(), 50);
    expect((await failureOf(call('trigger-long-running-operation', { duration: 60, steps: 2 }, 'child', leave.signal))).code).toBe(
      'cancelled',
    );
    expect((await failureOf(call('no-such-tool'))).code).toBe('tool-not-found');
  });

  it('server-filesystem and server-memory side by side', async () => {
    writeFileSync(join(folder, 'a.txt'), 'content of a');
    const [files, memory] = await Promise.all([
      host.start(config('node', [official('server-filesystem'), folder], { id: 'fs' })),
      host.start(
        config('node', [official('server-memory')], { id: 'mem', env: { MEMORY_FILE_PATH: { text: join(folder, 'memory.json') } } }),
      ),
    ]);
    expect([files.state, memory.state]).toEqual(['ready', 'ready']);
    expect(JSON.stringify(await call('read_text_file', { path: join(folder, 'a.txt') }, 'fs'))).toContain('content of a');
    await call('create_entities', { entities: [{ name: 'Orrery', entityType: 'app', observations: ['local'] }] }, 'mem');
    expect(JSON.stringify(await call('read_graph', {}, 'mem'))).toContain('Orrery');
  });
});

it.runIf(findCommand('npx') !== undefined && process.platform === 'linux')('npx: the server it starts ends with it', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  expect((await host.start(config('npx', ['--no-install', 'mcp-server-memory'], { cwd: root }))).state).toBe('ready');
  const group = status().pid as number;
  const members = () =>
    readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isAlive(Number(name)) && groupOf(Number(name)) === group);
  expect(members().length).toBeGreaterThan(1);
  await host.stop('child' as never);
  await until(() => members().length === 0);
});

describe('servers that do not start say why', () => {
  const elf = (machine: number) => {
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(2, 16);
    header.writeUInt16LE(machine, 18);
    return header;
  };
  const plant = (name: string, content: string | Buffer, mode: number): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  const causeOf = async (what: ServerConfig) => {
    const { state, failure } = await host.start(what);
    expect(state).toBe('failed');
    expect(failure?.hint.length).toBeGreaterThan(5);
    return failure as NonNullable<typeof failure>;
  };

  it('not found, with where it was looked for', async () => {
    const failure = await causeOf(config('no-such-program-anywhere'));
    expect(failure).toMatchObject({
      cause: 'not-found',
      message: expect.stringContaining(process.env.PATH?.split(delimiter)[0] ?? '/usr/bin'),
    });
    expect(await causeOf(config('/no/such/file'))).toMatchObject({ cause: 'not-found' });
    expect(await causeOf(config(plant('script', '#!/no/such/interpreter\n', 0o755)))).toMatchObject({
      cause: 'not-found',
      message: expect.stringContaining('/no/such/interpreter'),
    });
    expect(await causeOf(config(plant('script2', '#!/usr/bin/env no-such-runtime\n', 0o755)))).toMatchObject({
      cause: 'not-found',
      message: expect.stringContaining('no-such-runtime'),
    });
  });
  it.runIf(process.platform === 'linux')('not executable, wrong architecture', async () => {
    expect(await causeOf(config(plant('plain', '#!/bin/sh\n', 0o644)))).toMatchObject({
      cause: 'not-executable',
      hint: expect.stringContaining('chmod +x'),
    });
    expect(await causeOf(config(folder))).toMatchObject({ cause: 'not-executable' });
    expect(await causeOf(config(plant('foreign', elf(process.arch === 'arm64' ? 62 : 183), 0o755)))).toMatchObject({
      cause: 'wrong-architecture',
    });
    const exe = Buffer.alloc(128);
    exe.write('MZ');
    exe.writeUInt32LE(64, 60);
    expect(await causeOf(config(plant('program.exe', exe, 0o755)))).toMatchObject({
      cause: 'wrong-architecture',
      message: expect.stringContaining('Windows'),
    });
  });
  it('exited, with code and last words', async () => {
    const failure = await causeOf(config('node', ['-e', 'console.error("no key given"); process.exit(3)']));
    expect(failure).toMatchObject({ cause: 'exited', message: expect.stringMatching(/code 3.*no key given/) });
    expect(status().restarts).toBe(0);
  });
  it('bad protocol, timed out, missing folder, missing secret', async () => {
    await host.close();
    host = make({ times: { startMs: 1500, badLineGraceMs: 200 } });
    expect(await causeOf(config('node', ['-e', 'console.log("Usage: me"); setInterval(()=>{},1000)'], { id: 'child' }))).toMatchObject({
      cause: 'bad-protocol',
      message: expect.stringContaining('Usage: me'),
    });
    expect(await causeOf(config('node', ['-e', 'setInterval(()=>{},1000)']))).toMatchObject({ cause: 'timed-out' });
    expect(await causeOf(config('node', [], { cwd: join(folder, 'nowhere') }))).toMatchObject({ cause: 'missing-folder' });
    expect(await causeOf(config('node', [], { env: { KEY: { secret: 'absent' } } }))).toMatchObject({
      cause: 'missing-secret',
      message: expect.stringContaining('absent'),
    });
    expect((await failureOf(call())).code).toBe('server-not-running');
  });
  it('a greeting on stdout is forgiven', async () => {
    expect((await host.start(bad('greeting'))).state).toBe('ready');
    expect(status().stderr.join()).toContain('Welcome');
  });
});

describe('environment', () => {
  it('holds what was declared and nothing else of ours', async () => {
    process.env.ORRERY_TEST_CANARY = 'leak';
    await host.start(bad('env', { env: { PLAIN: { text: 'p' }, KEY: { secret: 'mine' } } }));
    delete process.env.ORRERY_TEST_CANARY;
    const env = JSON.parse((await call()).content.map((part) => (part.type === 'text' ? part.text : '')).join('')) as Record<
      string,
      string
    >;
    expect(env).toMatchObject({ PLAIN: 'p', KEY: 'the-secret-value' });
    expect(
      Object.keys(env).filter(
        (name) =>
          ![
            'PLAIN',
            'KEY',
            'NODE_COMPILE_CACHE',
            'PATH',
            'HOME',
            'USER',
            'LOGNAME',
            'LANG',
            'LC_ALL',
            'TZ',
            'TMPDIR',
            'PWD',
            'SHLVL',
            '_',
          ].includes(name),
      ),
    ).toEqual([]);
    await host.start(config('node', ['-e', 'console.error(process.env.KEY); process.exit(1)'], { env: { KEY: { secret: 'mine' } } }));
    expect(JSON.stringify(status())).not.toContain('the-secret-value');
  });
});

describe('hostile servers harm nobody else', () => {
  const stillGood = async () => expect((await call('act', {}, 'good')).content).toEqual([{ type: 'text', text: 'done' }]);
  const startBoth = async (mode: string) => {
    const [, good] = await Promise.all([host.start(bad(mode)), host.start(bad('good', { id: 'good' }))]);
    expect(good.state).toBe('ready');
  };

  it('much at once is read in its own time; one that reads nothing of it is ended', async () => {
    host = make({ times: { hangMs: 2_000, stopStepMs: 300 } });
    await host.start(bad('good'));
    const large = { text: 'x'.repeat(1_900_000) };
    const all = await Promise.all(Array.from({ length: 24 }, () => call('act', large)));
    expect(all.every(({ content }) => (content[0] as { text: string }).text === 'done')).toBe(true);
    await host.stop('child' as never);
    await host.start(bad('stops-reading'));
    await expect(Promise.all(Array.from({ length: 24 }, () => call('act', large)))).rejects.toMatchObject({ code: 'tool-failed' });
    await until(() => status().failure?.message.includes('no longer reads') === true);
  });
  it('a message of 10 MB ends it', async () => {
    await startBoth('big');
    expect(await failureOf(call())).toMatchObject({
      code: 'tool-failed',
      message: expect.stringMatching(/ended before it answered.*larger than 4 MB/),
    });
    await until(() => status().state === 'failed');
    expect(status().failure?.cause).toBe('too-big');
    for (let again = 0; again < 2; again += 1) {
      await host.start(bad('big'));
      await call().catch(() => undefined);
      await until(() => status().state === 'failed');
    }
    expect(status().quarantine?.reason).toMatch(/larger than 4 MB\. That was 3 times in a row\./);
    await stillGood();
  });
  it('10,000 notifications are dropped', async () => {
    await startBoth('flood');
    expect((await call()).content).toEqual([{ type: 'text', text: 'flooded' }]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await call();
    await until(() => status().stderr.join().includes('notifications were dropped'));
    await stillGood();
  });
  it('an endless storm of notifications ends it', async () => {
    await startBoth('storm');
    await until(() => status().state === 'failed');
    await stillGood();
  });
  it('a regular expression of its own never runs', async () => {
    await startBoth('regex');
    expect((await call()).structured).toEqual({ v: `${'a'.repeat(40)}!` });
    await stillGood();
  });
  it('a schema that never ends freezes its own worker only, which is ended', async () => {
    await startBoth('bomb');
    const stuck = failureOf(call());
    await stillGood();
    expect((await stuck).code).toBe('tool-failed');
    await until(() => status().state === 'failed');
    expect(status().failure?.message).toMatch(/without end|too much memory/);
    await stillGood();
    expect((await host.start(bad('bomb'))).state).toBe('ready');
  });
  it('results are checked, bounded and cleaned', async () => {
    await startBoth('untyped');
    expect((await failureOf(call())).message).toContain('not what the tool promises');
    await host.start(bad('deep'));
    expect((await failureOf(call())).message).toContain('nested deeper');
    await host.start(bad('many'));
    expect(status().toolCount).toBe(512);
    // What is left out is said where a person reads, not only in its raw output.
    const told = host.logs('child' as never).filter((line) => line.from === 'host' && line.level === 'warn');
    expect(told.map((line) => line.text).join('\n')).toContain('Only its first 512 tools are used');
    await host.start(bad('poisoned'));
    expect(host.tools('child' as never).map((tool) => tool.name)).toEqual(['act']);
    expect((await host.start(bad('pages'))).state).toBe('ready');
    await stillGood();
  });
});

describe('supervision', () => {
  it('restarts after a crash, and gives up after five quick ones', async () => {
    await host.close();
    host = make({ restarts: { baseMs: 20, maxMs: 100 } });
    await host.start(bad('crash'));
    const before = status().pid;
    expect(await failureOf(call())).toMatchObject({ code: 'tool-failed', retryable: true });
    await until(() => status().state === 'ready' && status().pid !== before);
    expect(status().restarts).toBe(1);
    await host.start(bad('crash-loop'));
    await until(() => status().state === 'failed');
    expect(status()).toMatchObject({ restarts: 4, failure: { cause: 'exited', message: expect.stringContaining('5 times') } });
    expect((await host.start(bad('good'))).state).toBe('ready');
    expect(status().restarts).toBe(0);
  });
  it('ends what does not listen, and what it started', async () => {
    await host.close();
    host = make({ times: { stopStepMs: 200 } });
    await host.start(bad('deaf'));
    const deaf = status().pid as number;
    await host.stop('child' as never);
    expect(isAlive(deaf)).toBe(false);
    expect(status().state).toBe('stopped');
    await host.start(bad('spawner'));
    const leader = status().pid as number;
    const child = Number(((await call()).content[0] as { text: string }).text);
    expect(isAlive(child)).toBe(true);
    process.kill(leader, 'SIGKILL');
    await until(() => !isAlive(child));
    await host.remove('child' as never);
    expect(host.servers()).toEqual([]);
    expect((await failureOf(call())).code).toBe('server-not-found');
  });
  it('a call that waits ends when the server is stopped', async () => {
    await host.start(bad('silent'));
    const waiting = failureOf(call());
    await host.stop('child' as never);
    expect((await waiting).code).toBe('tool-failed');
  });
  it('calls wait for a server that is starting', async () => {
    const starting = host.start(bad('good'));
    expect((await call()).isError).toBe(false);
    await starting;
  });
});

it.each([
  ['removed', (now: ToolHost) => now.remove('child' as never)],
  ['closed', (now: ToolHost) => now.close()],
])('a start anew that waits for the end of its last process makes none once it was %s', async (_, end) => {
  const again = fileURLToPath(new URL('./starts-again.fixture.mjs', import.meta.url));
  const counter = join(folder, 'starts');
  expect((await host.start(config('node', [again, 'same', counter]))).state).toBe('ready');
  const anew = failureOf(host.start(config('node', [again, 'same', counter, 'other'])));
  await end(host);
  expect((await anew).code).toMatch(/^server-not-/);
  expect(readFileSync(counter, 'utf8')).toBe('1');
});

it('of two starts anew at once the later one holds, and runs alone', async () => {
  const again = fileURLToPath(new URL('./starts-again.fixture.mjs', import.meta.url));
  const args = (more: string) => config('node', [again, 'same', join(folder, `starts-${more}`)]);
  await host.start(args('a'));
  const first = status().pid as number;
  const [, last] = await Promise.all([host.start(args('b')), host.start(args('c'))]);
  expect(last).toMatchObject({ state: 'ready', config: args('c') });
  expect(readFileSync(join(folder, 'starts-c'), 'utf8')).toBe('1');
  expect(isAlive(first)).toBe(false);
  // Two ask for its end: each is told when it is there.
  const pid = status().pid as number;
  void host.stop('child' as never);
  await host.stop('child' as never);
  expect(isAlive(pid)).toBe(false);
});
