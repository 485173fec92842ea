// What the contract costs between a page and its host: one small call, a megabyte of rows, and how often a busy stream sends. Over
// the message port that the desktop app and the command line use, and over the WebSocket of the local socket.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { serveLocalSocket } from '../electron/headless/local-socket.ts';
import { headlessShell } from '../electron/headless/shell.ts';
import { buildHost, type Host } from '../electron/host/build-host.ts';
import { attachToHost, type HostClient } from '../electron/wires/attach.ts';
import { connectInMemory } from '../electron/wires/memory-wire.ts';
import type { RunId } from '../shared/model/ids.ts';
import { type Bench, type BenchContext, median, quantile } from './lib/bench.ts';
import { megabyteOfRows } from './lib/calibration.ts';

const frameMs = 16;

export const ipc: Bench = {
  name: 'ipc',
  about: 'one call, 1 MB of rows, and a busy stream, over the message port and over a WebSocket.',
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-ipc-'));
    const host = buildHost({ kind: 'headless', folder, quiet: true, ...headlessShell });
    try {
      const big = await storeBigRun(host);
      const port = connectInMemory(host.wires, host.context('page'));
      await measure(context, 'port', createORPCClient(port.link), host, big);
      port.close();
      const socket = path.join(folder, 'bench.sock');
      const server = await serveLocalSocket({ path: socket, server: host.wires, context: host.context('cli') });
      const attached = await attachToHost(socket);
      await measure(context, 'websocket', attached.client, host, big);
      attached.close();
      await server.close();
    } finally {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A run whose journal is a megabyte of rows. */
async function storeBigRun({ runtime }: Host): Promise<RunId> {
  const { ports } = runtime.services;
  const id = newRun(runtime);
  // Five small rows to an event, as a step gives them.
  const rows = megabyteOfRows().slice(0, 7000);
  for (let i = 0; i < rows.length; i += 5)
    ports.store.runs.append(id, {
      type: 'step-done',
      at: i,
      step: `s${i}`,
      node: 'n',
      attempt: 1,
      ms: 0,
      outputs: { out: rows.slice(i, i + 5) },
    });
  ports.store.runs.append(id, { type: 'run-end', at: 0, status: 'done' });
  await ports.store.runs.flush();
  return id;
}

function newRun({ services }: Host['runtime']): RunId {
  const id = services.ports.ids.next() as RunId;
  services.hub.create({
    id,
    title: 'Rows',
    kind: 'turn',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: Date.now(),
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  return id;
}

async function timed(samples: number, work: () => Promise<unknown>): Promise<number[]> {
  const times = [];
  for (let i = 0; i < samples; i += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times;
}

async function measure(context: BenchContext, wire: string, client: HostClient, host: Host, big: RunId): Promise<void> {
  const calls = context.n ?? 2000;
  await timed(200, () => client.memory.listTags());
  const small = await timed(calls, () => client.memory.listTags());
  context.figure(`call-${wire}`, median(small), 'ms', calls);
  context.figure(`call-${wire}-p95`, quantile(small, 0.95), 'ms', calls);
  const { events } = await client.runs.get({ id: big });
  context.figure(`rows-${wire}-bytes`, JSON.stringify(events).length, 'bytes', 1);
  const busy: number[] = [];
  const large = await timed(25, async () => {
    const before = process.threadCpuUsage();
    await client.runs.get({ id: big });
    const { user, system } = process.threadCpuUsage(before);
    busy.push((user + system) / 1000);
  });
  context.figure(`rows-${wire}`, median(large), 'ms', large.length);
  // Both ends are on this thread, and a busy machine changes it little.
  context.figure(`rows-${wire}-cpu`, median(busy), 'ms of the thread', busy.length);
  context.figure(`messages-per-frame-${wire}`, await messagesPerFrame(client, host), 'messages', 1);
}

/** A second of events as fast as the loop turns; how many messages a page gets of them for each frame. */
async function messagesPerFrame(client: HostClient, { runtime }: Host): Promise<number> {
  const id = newRun(runtime);
  const { hub } = runtime.services;
  let batches = 0;
  const stream = await client.runs.watch({ id, after: 0 });
  const reading = (async () => {
    for await (const _ of stream) batches += 1;
  })();
  const begin = performance.now();
  while (performance.now() - begin < 1000) {
    for (let i = 0; i < 10; i += 1) hub.emit(id, { type: 'step-progress', at: 0, step: 's', node: 'n', done: i });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const frames = (performance.now() - begin) / frameMs;
  await hub.record(id, { type: 'run-end', at: 0, status: 'done' });
  await reading;
  return batches / frames;
}
