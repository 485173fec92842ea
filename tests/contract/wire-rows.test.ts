// A run over a real wire, watched while it goes and read when it is over: rows as the journal holds them and events as they happen
// make one list without a gap, and nothing twice.

import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { createFiles } from '../../electron/adapters/files/files.ts';
import { runsApi } from '../../electron/runtime/api/runs.api.ts';
import type { AnyNodeType } from '../../electron/runtime/nodes/define-node.ts';
import type { HostClient } from '../../electron/wires/attach.ts';
import { connectInMemory } from '../../electron/wires/memory-wire.ts';
import { type AnyRouter, WireServer } from '../../electron/wires/serve.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { SequencedEvent } from '../../shared/model/run.ts';
import { defaultSettings } from '../../shared/model/settings.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { type EngineLab, graph, openLab, testNode } from '../helpers/engine-lab.ts';
import { silentLog, testContext } from './wire-rig.ts';

let lab: EngineLab | undefined;
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) close();
  await lab?.close();
  lab = undefined;
});

function open(nodes: AnyNodeType[]): { lab: EngineLab; client: HostClient } {
  lab = openLab(nodes);
  const { ports, engine, hub } = lab.lab;
  const runs = runsApi({
    ports: {
      store: ports.store,
      host: { info: () => ({ host: 'headless' }) } as typeof ports.host,
      tools: ports.tools,
      hash: ports.hash,
      files: createFiles(),
    },
    engine,
    hub,
    settings: { get: () => defaultSettings },
  });
  const wire = connectInMemory(new WireServer({ runs } as AnyRouter, silentLog), testContext);
  closes.push(() => wire.close());
  return { lab, client: createORPCClient(wire.link) };
}

async function collect(stream: AsyncIterable<SequencedEvent[]>, onBatch?: (events: SequencedEvent[]) => void): Promise<SequencedEvent[]> {
  const events: SequencedEvent[] = [];
  for await (const batch of stream) {
    events.push(...batch);
    onBatch?.(events);
  }
  return events;
}

it('is followed from its rows to its end, from any place', async () => {
  const gate = Promise.withResolvers<void>();
  const wait = testNode('test.wait', {
    run: async ({ scope }) => {
      await gate.promise;
      return { out: scope.input };
    },
  }) as AnyNodeType;
  const give = testNode('test.give', {
    inputs: [],
    run: async () => ({ out: { content: [{ type: 'text', text: '“é😀”' }] } }),
  }) as AnyNodeType;
  const { lab, client } = open([wait, give]);
  const { engine, ports } = lab.lab;
  const { id } = engine.start({
    document: graph(
      [
        { id: 'a', kind: 'test.give' },
        { id: 'b', kind: 'test.wait' },
        { id: 'c', kind: 'test.wait' },
      ],
      ['a>b', 'b>c'],
    ),
    inputs: {},
    origin: { kind: 'manual', by: 'cli' },
    grant: { tools: [], folders: [] },
  });
  const seen = collect(await client.runs.watch({ id, after: 0 }), (events) => {
    if (events.some(({ event }) => event.type === 'step-done')) gate.resolve();
  });
  const all = (await seen).filter(({ seq }) => seq > 0);
  const kept = ports.store.runs.readEvents(id);
  expect(all).toEqual(kept);
  expect(kept.at(-1)?.event).toMatchObject({ type: 'run-end', status: 'done' });
  expect((await client.runs.get({ id })).events).toEqual(kept);
  for (const after of [0, 1, kept.length - 1, kept.length])
    expect(await collect(await client.runs.watch({ id, after }))).toEqual(kept.slice(after));
});

it('says that a run is not there, and that its journal is damaged', async () => {
  const { client, lab } = open([testNode('test.give', { inputs: [], run: async () => ({ out: 1 }) }) as AnyNodeType]);
  const code = async (work: () => Promise<unknown>): Promise<string> =>
    work().then(
      () => 'none',
      (error) => fromWireError(error).code,
    );
  expect(await code(async () => collect(await client.runs.watch({ id: 'gone' as RunId, after: 0 })))).toBe('run-not-found');
  expect(await code(() => client.runs.get({ id: 'gone' as RunId }))).toBe('run-not-found');
  const { id } = await lab.run(graph([{ id: 'a', kind: 'test.give' }]));
  expect(await code(() => client.runs.get({ id }))).toBe('none');
  const db = new Database(path.join(lab.folder, 'orrery.db'));
  db.exec(`update journal set event = replace(event, '"step-done"', '"step-made"')`);
  db.close();
  expect(await code(() => client.runs.get({ id }))).toBe('journal-damaged');
  expect(await code(async () => collect(await client.runs.watch({ id, after: 0 })))).toBe('journal-damaged');
});
