import { afterEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import { type EngineLab, openLab, until } from '../../../tests/helpers/engine-lab.ts';
import { createRunHub } from './run-hub.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

function setUp() {
  lab = openLab([]);
  const { hub, ports } = lab.lab;
  const id = ports.ids.next() as RunId;
  hub.create({
    id,
    title: 'R',
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: 1,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  return { hub, ports, id };
}
const done = (step: string): RunEvent => ({ type: 'step-done', at: 2, step, node: step, attempt: 1, ms: 0, outputs: {} });
const start = (step: string): RunEvent => ({ type: 'step-start', at: 2, step, node: step, attempt: 1 });
const end: RunEvent = { type: 'run-end', at: 3, status: 'done', outputs: {} };

describe('watching a run', () => {
  test('has no gap and no double between what is kept and what comes, and ends with the run', async () => {
    const { hub, id } = setUp();
    for (let i = 0; i < 10; i += 1) await hub.record(id, done(`a${i}`));
    const seen: SequencedEvent[] = [];
    const pending = hub.record(id, done('between'));
    const watching = (async () => {
      for await (const batch of hub.watch(id, 3, undefined)) seen.push(...batch);
    })();
    await pending;
    for (let i = 0; i < 10; i += 1) void hub.record(id, done(`b${i}`));
    await hub.record(id, end);
    await watching;
    expect(seen.map((item) => item.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 4));
    expect(seen.at(-1)?.event.type).toBe('run-end');
  });

  test('of an ended run gives what is kept and ends', async () => {
    const { hub, id } = setUp();
    await hub.record(id, end);
    const seen: SequencedEvent[] = [];
    for await (const batch of hub.watch(id, 0, undefined)) seen.push(...batch);
    expect(seen.map((item) => item.event.type)).toEqual(['run-start', 'run-end']);
    const none: SequencedEvent[] = [];
    for await (const batch of hub.watch(id, 2, undefined)) none.push(...batch);
    expect(none).toEqual([]);
  });

  test('that opens late still sees the pure steps that are running', async () => {
    const { hub, id } = setUp();
    hub.emit(id, start('over'));
    hub.emit(id, start('running'));
    await hub.record(id, done('over'));
    const stop = new AbortController();
    const first = await hub.watch(id, 0, stop.signal)[Symbol.asyncIterator]().next();
    stop.abort();
    const live = (first.value as SequencedEvent[]).filter((item) => item.seq === 0).map((item) => item.event);
    expect(live).toEqual([start('running')]);
  });

  test('ends when the reader leaves, and an unknown run is an error', async () => {
    const { hub, id } = setUp();
    const stop = new AbortController();
    const watching = (async () => {
      for await (const _ of hub.watch(id, 0, stop.signal)) stop.abort();
    })();
    await watching;
    const unknown = hub.watch('nope' as RunId, 0, undefined)[Symbol.asyncIterator]();
    await expect(unknown.next()).rejects.toMatchObject({ code: 'run-not-found' });
  });
});

test('lists and listeners are told of a run’s changes', async () => {
  const { hub, ports, id } = setUp();
  const stop = new AbortController();
  const statuses: string[] = [];
  const told: string[] = [];
  await ports.store.runs.flush();
  hub.onChange((run) => told.push(run.status));
  const watching = (async () => {
    for await (const runs of hub.watchList(stop.signal)) for (const run of runs) statuses.push(`${run.status} ${run.stepsDone}`);
  })();
  await new Promise((resolve) => setTimeout(resolve, 1));
  await hub.record(id, done('a'));
  await hub.record(id, { type: 'run-status', at: 2, status: 'waiting' });
  await until(() => statuses.length > 0, 'the list was told');
  await hub.record(id, end);
  await until(() => statuses.at(-1) === 'done 1', 'the end was told');
  stop.abort();
  await watching;
  expect(told).toEqual(['waiting', 'done']);
});

test('nobody is told of an event before its commit, and never of one that was refused', async () => {
  const { ports, id } = setUp();
  const { runs } = ports.store;
  const commits: PromiseWithResolvers<void>[] = [];
  let seq = 1;
  const append: typeof runs.append = () => {
    const { promise } = commits.at(-1) as PromiseWithResolvers<void>;
    seq += 1;
    return { seq, durable: promise };
  };
  const hub = createRunHub({ runs: { ...runs, append }, log: ports.log });
  const told: number[] = [];
  const settled: number[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const batch of hub.watch(id, 1, stop.signal)) told.push(...batch.map((each) => each.seq));
  })();
  const later = () => new Promise((resolve) => setTimeout(resolve, 40));
  const put = (step: string, at: number) =>
    hub.record(id, { type: 'step-skipped', at: 1, step, node: 'n' }).then(
      () => settled.push(at),
      () => settled.push(-at),
    );
  for (const steps of [['a', 'b'], ['c'], ['d']]) {
    commits.push(Promise.withResolvers<void>());
    for (const step of steps) void put(step, seq + 1);
  }
  await later();
  expect([told, settled]).toEqual([[], []]);
  commits[0]?.resolve();
  await until(() => told.length + settled.length === 4, 'the first two are told');
  commits[1]?.reject(new Error('no'));
  await until(() => settled.length === 3, 'the third is refused');
  commits[2]?.resolve();
  await until(() => told.length + settled.length === 7, 'the fourth is told');
  expect([told, settled]).toEqual([
    [2, 3, 5],
    [2, 3, -4, 5],
  ]);
  stop.abort();
  await watching;
});

test('one that fails while it is told is logged and keeps nothing from the other events of its commit', async () => {
  const { ports, id } = setUp();
  const { runs } = ports.store;
  const broken = ports.ids.next() as RunId;
  const get: typeof runs.get = (run) => {
    if (run === broken) throw new Error('its row cannot be read');
    return runs.get(run);
  };
  const commit = Promise.resolve();
  let seq = 1;
  const append: typeof runs.append = () => {
    seq += 1;
    return { seq, durable: commit };
  };
  const logged: unknown[] = [];
  const hub = createRunHub({ runs: { ...runs, get, append }, log: { error: (message, data) => logged.push([message, data?.run]) } });
  const told: string[] = [];
  hub.onChange(() => {
    throw new Error('a listener of somebody else');
  });
  hub.onChange((run) => told.push(run.id));
  const watched: number[] = [];
  const watching = (async () => {
    for await (const batch of hub.watch(id, 1, undefined)) watched.push(...batch.map((each) => each.seq));
  })();
  await Promise.all([hub.record(broken, { type: 'run-status', at: 2, status: 'waiting' }), hub.record(id, end)]);
  await watching;
  expect(told).toEqual([id]);
  expect(watched).toEqual([3]);
  expect(logged).toEqual([
    ['A run that changed could not be read, so nobody is told', broken],
    ['A listener for runs failed', id],
  ]);
});

test('a run that cannot be told of when it begins is logged', async () => {
  const { ports } = setUp();
  const { runs } = ports.store;
  const logged: string[] = [];
  const get: typeof runs.get = () => {
    throw new Error('its row cannot be read');
  };
  const hub = createRunHub({ runs: { ...runs, get }, log: { error: (message) => logged.push(message) } });
  hub.onChange(() => undefined);
  const grant = { tools: [], folders: [] };
  const title = 'R';
  hub.create({
    id: ports.ids.next() as RunId,
    title,
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: 1,
    inputs: {},
    grant,
  });
  await ports.store.runs.flush();
  await until(() => logged.length > 0, 'it is logged');
  expect(logged).toEqual(['A run that changed could not be read, so nobody is told']);
});
