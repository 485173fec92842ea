// What a restart finds: a node type that is gone, a journal of a newer Orrery, large values whose first run was removed, and many
// runs at once.

import { afterEach, expect, test } from 'vitest';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../../nodes/define-node.ts';
import { outputNode } from '../../nodes/output.node.ts';
import { newerBanner } from '../../status.ts';

let lab: EngineLab | undefined;
let executed: string[] = [];
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  executed = [];
});

const work = (kind: string) =>
  testNode(kind, {
    effect: 'once',
    run: async ({ scope }) => {
      executed.push(kind);
      return { out: Number(scope.input ?? 0) + 1 };
    },
  });
const hang = testNode('test.hang', {
  effect: 'idempotent',
  run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
});
const big = testNode('test.big', { inputs: [], run: async () => ({ out: 'y'.repeat(50_000) }) });
const length = testNode('test.length', { run: async ({ scope }) => ({ out: String(scope.input).length }) });
const out = { id: 'result', kind: 'flow.output', config: { name: 'result' } };
const by = 'cli' as const;
const statusOf = (lab: EngineLab, id: RunId) => lab.lab.ports.store.runs.get(id)?.status;

test('a node type that is gone ends its run with the node named; a fork goes on with what was done once it is back', async () => {
  const nodes = [work('test.a'), hang, outputNode] as AnyNodeType[];
  lab = openLab(nodes);
  const current = lab;
  const id = lab.start(graph([{ id: 'a', kind: 'test.a' }, { id: 'h', kind: 'test.hang' }, out], ['a>h', 'h>result']));
  await until(() => current.events(id).some((event) => event.type === 'step-start' && event.step === 'h'), 'it hangs');
  nodes.splice(nodes.indexOf(hang), 1);
  await lab.reopen();
  lab.lab.engine.resumeUnfinished();
  const end = await lab.end(id);
  expect(end).toMatchObject({ status: 'failed', error: { code: 'workflow-invalid', place: 'h' } });
  expect(end.error?.hint).toContain('fork it');
  nodes.push(testNode('test.hang', { run: async ({ scope }) => ({ out: scope.input }) }));
  await lab.reopen();
  const fork = await lab.lab.engine.fork(id, { useCurrent: false, by });
  expect((await lab.end(fork.id)).outputs).toEqual({ result: 1 });
  expect(executed).toEqual(['test.a']);
});

test('a journal that a newer Orrery wrote is left as it is, and the others go on', async () => {
  lab = openLab([work('test.a'), outputNode] as AnyNodeType[]);
  const { store, ids } = lab.lab.ports;
  const document = graph([{ id: 'a', kind: 'test.a' }, out], ['a>result']);
  const make = (): RunId => {
    const id = ids.next() as RunId;
    store.runs.create({
      id,
      title: 'T',
      kind: 'workflow',
      origin: { kind: 'manual', by },
      startedAt: 1,
      document,
      inputs: {},
      grant: { tools: [], folders: [] },
    });
    return id;
  };
  const newer = make();
  store.runs.append(newer, { type: 'step-dreamt', at: 1, step: 'a' } as unknown as RunEvent);
  const other = make();
  await store.runs.flush();
  await lab.reopen();
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(other)).status).toBe('done');
  expect(statusOf(lab, newer)).toBe('running');
  // People are told, and nothing of it is changed; when it is removed, there is nothing more to tell.
  expect(lab.lab.engine.newerRuns().map((run) => run.id)).toEqual([newer]);
  expect(newerBanner(lab.lab.engine.newerRuns())).toMatchObject([
    { id: 'runs-newer', message: '1 run of a newer Orrery waits for it: “T”.' },
  ]);
  expect(() => lab?.events(newer)).toThrow(expect.objectContaining({ code: 'journal-newer' }));
  await expect(lab.lab.engine.fork(newer, { useCurrent: false, by })).rejects.toMatchObject({ code: 'journal-newer' });
  lab.lab.ports.store.runs.remove(newer);
  expect(newerBanner(lab.lab.engine.newerRuns())).toEqual([]);
});

test('a fork keeps its large values when the run they came from is removed', async () => {
  lab = openLab([big, length, outputNode] as AnyNodeType[]);
  const first = await lab.run(graph([{ id: 'b', kind: 'test.big' }, { id: 'n', kind: 'test.length' }, out], ['b>n', 'n>result']));
  const fork = await lab.lab.engine.fork(first.id, { step: 'n', useCurrent: false, by });
  await lab.end(fork.id);
  const { runs } = lab.lab.ports.store;
  runs.remove(first.id);
  await runs.compact({});
  const again = await lab.lab.engine.fork(fork.id, { step: 'n', useCurrent: false, by });
  expect((await lab.end(again.id)).outputs).toEqual({ result: 50_000 });
});

test('many unfinished and queued runs are taken up with turns for other work between them, and can be stopped meanwhile', async () => {
  lab = openLab([work('test.a'), hang, outputNode] as AnyNodeType[]);
  const document = graph([{ id: 'h', kind: 'test.hang' }, out], ['h>result']);
  const ids = Array.from({ length: 30 }, () => lab?.start(document) as RunId);
  await lab.lab.ports.store.runs.flush();
  await lab.reopen();
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 0);
  lab.lab.engine.resumeUnfinished();
  // At once, while most of them are not taken up yet.
  const [, , first] = ids;
  if (first === undefined) throw new Error('no run');
  await lab.lab.engine.cancel(first);
  await Promise.all(ids.filter((id) => id !== first).map((id) => lab?.lab.engine.cancel(id)));
  expect(ids.map((id) => lab && statusOf(lab, id))).toEqual(ids.map(() => 'cancelled'));
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
});
