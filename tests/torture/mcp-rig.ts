// What the torture of tool servers needs: planted secrets and listeners, a host, a well-behaved server whose calls must go on, a look
// at which processes are left, and how late the main loop is.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createToolHost } from '../../electron/adapters/mcp/tool-host.ts';
import { createSandbox } from '../../electron/adapters/sandbox/sandbox.ts';
import type { Log, ToolHost } from '../../electron/runtime/ports.ts';
import { defineServer } from '../../electron/tool-servers/define-server.ts';
import { type ServerConfig, serverConfig } from '../../shared/model/tool.ts';
import { canary } from './mcp-behaviours.ts';
import { CannotTorture } from './torture.ts';

const fixture = join(import.meta.dirname, 'hostile-mcp.fixture.mjs');
export const mark = `orrery-torture-${process.pid}`;
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

/** Its name alone matters: no other server may take it. */
const own = defineServer({
  id: 'files',
  title: 'Files',
  description: 'Files.',
  needs: [],
  tools: [
    {
      name: 'write_text',
      title: 'Write text',
      description: 'Writes.',
      input: z.object({}),
      readOnly: false,
      idempotent: false,
      destructive: true,
      run: async () => ({ text: 'written' }),
    },
  ],
});

export interface Rig {
  host: ToolHost;
  config(id: string, behaviour: string, hosts?: string[]): ServerConfig;
  arrived(): number;
  openAsks(): number;
  resetAsks(): void;
  close(): Promise<void>;
}

/** Throws CannotTorture where there is no sandbox. */
export async function openRig(): Promise<Rig> {
  const sandboxLog = { warn: () => undefined, debug: () => undefined };
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-hostile-')));
  const data = join(base, 'data');
  const home = join(base, 'home');
  for (const folder of [data, join(home, '.ssh')]) mkdirSync(folder, { recursive: true });
  for (const path of ['orrery.db', 'vault.key']) writeFileSync(join(data, path), canary);
  for (const path of ['.ssh/id_ed25519', 'notes.txt', '.netrc']) writeFileSync(join(home, path), canary);
  const homeBefore = process.env.HOME;
  process.env.HOME = home;
  process.env.ORRERY_TORTURE_SECRET = canary;
  let arrived = 0;
  const sockets = [join(base, 'bus'), join(home, 'agent.sock'), `\0${mark}`];
  const listeners: Server[] = [];
  for (const place of [...sockets, 0] as const) {
    const server = createServer((socket) => {
      arrived += 1;
      socket.on('error', () => undefined);
      socket.end();
    });
    await new Promise<void>((done) => (place === 0 ? server.listen(0, done) : server.listen(place, done)));
    listeners.push(server);
  }
  const address = listeners.at(-1)?.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const sandbox = createSandbox({ log: sandboxLog, closed: [data], resolve: async () => ['127.0.0.1'] });
  if (!sandbox.available.ok) throw new CannotTorture(`Nothing contains a tool server here. ${sandbox.available.words}`);
  const host = createToolHost({
    definitions: [own],
    ports: {} as never,
    vault: { reveal: async () => '', redact: (text: string) => text } as never,
    log: quiet,
    dataFolder: data,
    version: '1.0.0',
    sandbox,
    times: { startMs: 4_000, badLineGraceMs: 500, hangMs: 3_000, stopStepMs: 500, pingMs: 1_500 },
    restarts: { baseMs: 50, maxMs: 400, quickMs: 60_000, breakAfter: 5 },
    watch: { everyMs: 200, memoryBytes: 400 * 1024 * 1024, processes: 64, folderBytes: 96 * 1024 * 1024, spinMs: 2_000 },
  });
  let open = 0;
  let most = 0;
  const ask = async (signal: AbortSignal): Promise<never> => {
    open += 1;
    most = Math.max(most, open);
    // The person takes their time.
    await sleep(300, undefined, { signal }).catch(() => undefined);
    open -= 1;
    throw new Error('The person says no.');
  };
  host.serve({ sample: (_server, _request, signal) => ask(signal), elicit: (_server, _request, { signal }) => ask(signal) });
  const plan = JSON.stringify({ data, home, sockets, port, hostPid: process.pid });
  return {
    host,
    config: (id, behaviour, hosts = []) =>
      serverConfig.parse({
        id,
        title: behaviour,
        command: process.execPath,
        args: [fixture, behaviour, mark],
        env: { PLAN: { text: plan }, ORRERY_MARK: { text: mark } },
        reach: { hosts },
      }),
    arrived: () => arrived,
    openAsks: () => most,
    resetAsks: () => {
      most = 0;
    },
    async close() {
      await host.close();
      await sandbox.close();
      for (const each of listeners) each.close();
      if (homeBefore === undefined) delete process.env.HOME;
      else process.env.HOME = homeBefore;
      delete process.env.ORRERY_TORTURE_SECRET;
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Processes of tool servers, wherever they went: by their command line or environment. */
export function leftProcesses(of = ''): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    const read = (name: string) => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, 'latin1');
      } catch {
        return ''; // gone, or not ours to see
      }
    };
    const command = read('cmdline');
    const isOurs = command.includes(mark) || read('environ').includes(mark);
    return isOurs && (of === '' || command.includes(of)) ? [Number(pid)] : [];
  });
}

/** True once nothing is left of a server; false when something still is after so long. */
export async function allGone(pids: () => number[], ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; ; await sleep(50)) {
    if (pids().length === 0) return true;
    if (performance.now() > end) return false;
  }
}

/** Calls a server again and again; each must be answered, and soon. */
export function keepCalling(
  host: ToolHost,
  id: string,
): { end(): Promise<{ calls: number; disturbed: number; slowestMs: number }>; take(): number } {
  let disturbed = 0;
  let calls = 0;
  let slowestMs = 0;
  let isOver = false;
  const going = (async () => {
    while (!isOver) {
      const began = performance.now();
      try {
        const signal = AbortSignal.timeout(2_000);
        const { isError } = await host.call(id as never, 'act', {}, { signal, folders: [], source: { kind: 'person' } });
        if (isError) disturbed += 1;
      } catch {
        disturbed += 1;
      }
      calls += 1;
      slowestMs = Math.max(slowestMs, performance.now() - began);
      await sleep(25);
    }
  })();
  let taken = 0;
  return {
    /** Disturbed calls since the last time. */
    take() {
      const now = disturbed - taken;
      taken = disturbed;
      return now;
    },
    async end() {
      isOver = true;
      await going;
      return { calls, disturbed, slowestMs: Math.round(slowestMs) };
    },
  };
}

export function measureLag(): { end(): number } {
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  return {
    end() {
      histogram.disable();
      // What it measures is the whole interval of its own timer.
      return Math.max(0, Math.round((histogram.percentile(99) / 1e6 - 5) * 10) / 10);
    },
  };
}

export const openFiles = (): number => readdirSync('/proc/self/fd').length;
