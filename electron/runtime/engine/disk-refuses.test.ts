// The disk refuses a row in the middle of a run: nothing that was shown is lost, the run goes on by itself, and what a person
// asked for meanwhile holds.

import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { outputNode } from '../nodes/output.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const diskFull = () => new AppError('disk-full', 'The disk is full.');

/** Every row of a run passes `refuses` before it reaches the real store. */
function guard(current: EngineLab, refuses: (run: RunId, event: RunEvent) => boolean): void {
  const { runs } = current.lab.ports.store;
  const append = runs.append;
  runs.append = (id, event) => {
    if (!refuses(id, event)) return append(id, event);
    const durable = Promise.reject(diskFull());
    durable.catch(() => undefined);
    return { seq: 0, durable };
  };
}

const document = graph(
  [
    { id: 'v', kind: 'test.list' },
    { id: 'l', kind: 'flow.for-each', config: { concurrency: 2, onItemError: 'skip' } },
    { id: 'a', kind: 'test.pure' },
    { id: 'b', kind: 'test.same' },
    { id: 'o', kind: 'flow.output', config: { name: 'o' } },
  ],
  ['v>l', 'l.item>a', 'a>b', 'l.done>o'],
);

test('at any row: the run ends as if nothing had been, and no acknowledged effect is done again', async () => {
  const effects = new Map<string, number>();
  const acknowledged = new Set<string>();
  const again: string[] = [];
  lab = openLab([
    testNode('test.list', { inputs: [], run: async () => ({ out: [10, 20, 30] }) }),
    testNode('test.pure', { run: async ({ scope }) => ({ out: Number(scope.input) + 1 }) }),
    testNode('test.same', {
      effect: 'idempotent',
      run: async ({ scope }) => ({ out: Number(scope.input) + 1 }),
    }),
    forEachNode,
    outputNode,
  ] as AnyNodeType[]);
  const rows = 14;
  const failAt = new Map<RunId, number>();
  const seen = new Map<RunId, number>();
  guard(lab, (id, event) => {
    const n = (seen.get(id) ?? 0) + 1;
    seen.set(id, n);
    if (n === failAt.get(id)) return true;
    if (event.type === 'step-start') {
      const step = `${id}/${event.step}`;
      effects.set(step, (effects.get(step) ?? 0) + 1);
      if (acknowledged.has(step)) again.push(step);
    }
    return false;
  });
  lab.lab.hub.onChange(() => undefined);
  const ids = Array.from({ length: rows }, (_, n) => {
    const id = (lab as EngineLab).start(document);
    failAt.set(id, n + 1);
    void (async () => {
      for await (const batch of (lab as EngineLab).lab.hub.watch(id, 0, AbortSignal.timeout(20_000)))
        for (const { seq, event } of batch) if (seq > 0 && event.type === 'step-done') acknowledged.add(`${id}/${event.step}`);
    })().catch(() => undefined);
    return id;
  });
  const ends = await Promise.all(ids.map((id) => (lab as EngineLab).end(id)));
  expect(ends.map((end) => end.status)).toEqual(new Array(rows).fill('done'));
  for (const end of ends) expect(end.outputs).toEqual({ o: [12, 22, 32] });
  expect(again).toEqual([]);
  // The last rows are really reached: the test would see a run with more rows than it refuses.
  for (const id of ids) expect(lab.events(id).filter((event) => event.type === 'step-done')).toHaveLength(9);
}, 30_000);

test('a stop that could not be kept holds: the run is not taken up again', async () => {
  let isFull = false;
  let began = 0;
  lab = openLab([
    testNode('test.slow', {
      effect: 'idempotent',
      run: ({ signal }) => {
        began += 1;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    }),
  ] as AnyNodeType[]);
  guard(lab, () => isFull);
  const id = lab.start(graph([{ id: 's', kind: 'test.slow' }]));
  await until(() => began === 1, 'the step began');
  isFull = true;
  await lab.lab.engine.cancel(id).catch(() => undefined);
  isFull = false;
  const end = await lab.end(id);
  expect(end.status).toBe('cancelled');
  expect(began).toBe(1);
}, 30_000);

test('a journal that cannot be read for a moment does not end the run', async () => {
  let began = 0;
  let isFull = true;
  lab = openLab([
    testNode('test.same', {
      effect: 'idempotent',
      run: async () => {
        began += 1;
        return { out: 1 };
      },
    }),
  ] as AnyNodeType[]);
  guard(lab, (_, event) => isFull && event.type === 'step-done');
  const { runs } = lab.lab.ports.store;
  const readEvents = runs.readEvents;
  let failures = 0;
  runs.readEvents = (id, after) => {
    if (!isFull || failures > 0) return readEvents(id, after);
    failures += 1;
    isFull = false;
    throw new AppError('disk-failed', 'The disk does not answer.');
  };
  const id = lab.start(graph([{ id: 's', kind: 'test.same' }]));
  expect((await lab.end(id)).status).toBe('done');
  expect(failures).toBe(1);
  // Its result was never kept, so the step was repeated under the same key.
  expect(began).toBe(2);
}, 30_000);

test('what throws “aborted” without a stop is a failure of its step, not an open end', async () => {
  lab = openLab([
    testNode('test.aborts', { run: () => Promise.reject(new DOMException('This operation was aborted', 'AbortError')) }),
    testNode('test.pure', {}),
  ] as AnyNodeType[]);
  const end = await lab.run(graph([{ id: 's', kind: 'test.aborts' }]));
  expect(end.status).toBe('failed');
  expect(end.error?.code).toBe('step-interrupted');
  expect(end.events.some((event) => event.type === 'step-failed')).toBe(true);
});
