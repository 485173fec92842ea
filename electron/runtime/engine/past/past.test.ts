// Forks, pins, reuse, holding and large values over a real store, with restarts of the host in between.

import { afterEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../../../shared/model/run-view.ts';
import type { Workflow, WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../../nodes/define-node.ts';
import { forEachNode } from '../../nodes/for-each.node.ts';
import { inputNode } from '../../nodes/input.node.ts';
import { outputNode } from '../../nodes/output.node.ts';
import { subWorkflowNode } from '../../nodes/sub-workflow.node.ts';

let lab: EngineLab | undefined;
let executed: string[] = [];
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  executed = [];
});

const work = (kind: string, effect: 'none' | 'idempotent' | 'once', version = 1) =>
  testNode(kind, {
    effect,
    version,
    run: async ({ scope, config }) => {
      executed.push(`${config.tag}${scope.index === undefined ? '' : `#${scope.index}`}`);
      if (config.fail === true) throw new Error('broken');
      return { out: Number(scope.input ?? 0) + Number(config.add ?? 1) };
    },
  });
const big = testNode('test.big', {
  inputs: [],
  run: async () => ({ out: 'x'.repeat(40_000), small: 1 }),
  outputs: [port('out'), port('small')],
});
const length = testNode('test.length', { run: async ({ scope }) => ({ out: String(scope.input).length }) });
const list = testNode('test.list', { inputs: [], run: async () => ({ out: [10, 20, 30] }) });
function port(name: string) {
  return { name, label: name, schema: {} };
}
const nodes = [
  work('test.pure', 'none'),
  work('test.same', 'idempotent'),
  work('test.once', 'once'),
  big,
  length,
  list,
  forEachNode,
  inputNode,
  outputNode,
  subWorkflowNode,
] as AnyNodeType[];
const step = (id: string, kind = 'test.pure', more: Record<string, JsonValue> = {}, top: Record<string, unknown> = {}) => ({
  id,
  kind,
  config: { tag: id, ...more },
  ...top,
});
const out = { id: 'result', kind: 'flow.output', config: { name: 'result' } };
const chain = graph([step('a', 'test.once'), step('b'), step('c', 'test.same'), out], ['a>b', 'b>c', 'c>result'], 'Chain');
const by = 'cli' as const;
const open = (): EngineLab => {
  lab = openLab(nodes);
  return lab;
};
const doneOf = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'step-done');
const takenFrom = (events: readonly RunEvent[]) =>
  doneOf(events).flatMap((event) => (event.from === undefined ? [] : [`${event.step}:${event.from.kind}`]));
const view = (events: readonly RunEvent[]) => foldRun(emptyRunView, events);

describe('a fork', () => {
  test('takes over what came before the step, does it and what follows again, and leaves the first run as it was', async () => {
    const lab = open();
    const first = await lab.run(chain);
    executed = [];
    const fork = await lab.lab.engine.fork(first.id, { step: 'b', useCurrent: false, by });
    expect(fork.origin).toEqual({ kind: 'fork', run: first.id, step: 'b', by });
    const end = await lab.end(fork.id);
    expect(end).toMatchObject({ status: 'done', outputs: { result: 3 } });
    expect(executed).toEqual(['b', 'c']);
    expect(takenFrom(lab.events(fork.id))).toEqual(['a:fork']);
    expect(lab.events(first.id)).toEqual(first.events);
  });

  test('goes on after a step whose outputs the person replaced', async () => {
    const lab = open();
    const first = await lab.run(chain);
    executed = [];
    const fork = await lab.lab.engine.fork(first.id, { step: 'b', useCurrent: false, outputs: { out: 40 }, by });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 41 });
    expect(executed).toEqual(['c']);
    expect(takenFrom(lab.events(fork.id))).toEqual(['a:fork', 'b:pin']);
    await expect(lab.lab.engine.fork(first.id, { step: 'b', useCurrent: false, outputs: { no: 1 }, by })).rejects.toMatchObject({
      code: 'pin-unknown-port',
      place: 'b',
    });
  });

  test('without a step does what had failed, with the graph as it is now when that is asked for', async () => {
    const lab = open();
    const broken = { ...chain, nodes: chain.nodes.map((node) => (node.id === 'c' ? { ...node, config: { tag: 'c', fail: true } } : node)) };
    const stored = store(lab, broken);
    const { id } = lab.lab.engine.start({ document: stored, workflow: stored.id, inputs: {}, origin: { kind: 'manual', by }, grant });
    expect((await lab.end(id)).status).toBe('failed');
    lab.lab.ports.store.workflows.update({ ...stored, ...chain, revision: 1 }, 0);
    executed = [];
    const again = await lab.lab.engine.fork(id, { useCurrent: false, by });
    expect((await lab.end(again.id)).status).toBe('failed');
    expect(executed).toEqual(['c']);
    const mended = await lab.lab.engine.fork(id, { useCurrent: true, by });
    expect(await lab.end(mended.id)).toMatchObject({ status: 'done', outputs: { result: 3 } });
    expect(executed).toEqual(['c', 'c']);
    await expect(lab.lab.engine.fork(id, { useCurrent: true, step: 'gone', by })).rejects.toMatchObject({
      code: 'fork-step-missing',
      place: 'gone',
    });
  });

  test('of one round of a loop does that round again from there, and what follows the loop', async () => {
    const lab = open();
    const document = graph(
      [
        step('v', 'test.list'),
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 1 } },
        step('x', 'test.once'),
        step('y', 'test.same'),
        out,
      ],
      ['v>l', 'l.item>x', 'x>y', 'l.done>result'],
    );
    const first = await lab.run(document);
    expect(first.outputs).toEqual({ result: [12, 22, 32] });
    executed = [];
    const fork = await lab.lab.engine.fork(first.id, { step: 'y#1', useCurrent: false, by });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: [12, 22, 32] });
    expect(executed).toEqual(['y#1']);
    executed = [];
    const replaced = await lab.lab.engine.fork(first.id, { step: 'x#2', useCurrent: false, outputs: { out: 99 }, by });
    expect((await lab.end(replaced.id)).outputs).toEqual({ result: [12, 22, 100] });
    expect(executed).toEqual(['y#2']);
  });

  test('with other inputs does everything again; with the same ones nothing that was done', async () => {
    const lab = open();
    const document = graph(
      [{ id: 'n', kind: 'flow.input', config: { name: 'n', type: 'number' } }, step('a', 'test.once'), out],
      ['n>a', 'a>result'],
    );
    const first = await lab.run(document, { n: 1 });
    executed = [];
    const same = await lab.lab.engine.fork(first.id, { useCurrent: false, inputs: { n: 1 }, by });
    expect((await lab.end(same.id)).outputs).toEqual({ result: 2 });
    expect(executed).toEqual([]);
    const other = await lab.lab.engine.fork(first.id, { useCurrent: false, inputs: { n: 5 }, by });
    expect((await lab.end(other.id)).outputs).toEqual({ result: 6 });
    expect(executed).toEqual(['a']);
  });

  test('goes on after a restart, without doing again what it took over', async () => {
    const lab = open();
    const first = await lab.run(chain);
    executed = [];
    const fork = await lab.lab.engine.fork(first.id, { step: 'c', useCurrent: false, stepThrough: true, by });
    await until(() => lab.lab.ports.store.runs.get(fork.id)?.status === 'paused', 'held');
    await lab.reopen();
    lab.lab.engine.resumeUnfinished();
    await lab.lab.engine.resume(fork.id);
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 3 });
    expect(executed).toEqual(['c']);
  });
});

const grant = { tools: [], folders: [] };
function store(lab: EngineLab, document: WorkflowDocument): Workflow {
  const { ports } = lab.lab;
  const stored = { ...document, id: ports.ids.next() as Workflow['id'], revision: 0, createdAt: 1, updatedAt: 1 };
  ports.store.workflows.insert(stored);
  return stored;
}

describe('holding', () => {
  test('step-through does one step at a time, says what is next, and stays so over a restart', async () => {
    const lab = open();
    const start = (): RunId =>
      lab.lab.engine.start({ document: chain, inputs: {}, origin: { kind: 'manual', by }, grant, mode: { stepThrough: true } }).id;
    const id = start();
    const seen: RunEvent[] = [];
    const stop = new AbortController();
    void (async () => {
      for await (const batch of lab.lab.hub.watch(id, 0, stop.signal)) seen.push(...batch.map((each) => each.event));
    })();
    await lab.lab.engine.stepOnce(id);
    await until(() => view(seen).steps.get('b')?.status === 'held', 'b is next');
    expect(executed).toEqual(['a']);
    expect(lab.lab.ports.store.runs.get(id)?.status).toBe('paused');
    await expect(lab.lab.engine.stepOnce(id, 'c')).rejects.toMatchObject({ code: 'step-not-ready' });
    stop.abort();
    await lab.reopen();
    lab.lab.engine.resumeUnfinished();
    await lab.lab.engine.stepOnce(id, 'b');
    await until(() => executed.includes('b'), 'b ran');
    expect(executed).toEqual(['a', 'b']);
    await lab.lab.engine.resume(id);
    expect(await lab.end(id)).toMatchObject({ status: 'done', outputs: { result: 3 } });
    expect(executed).toEqual(['a', 'b', 'c']);
    await expect(lab.lab.engine.pause(id)).rejects.toMatchObject({ code: 'run-over' });
  });

  test('after a restart a named step of a body is reached by itself, through the bodies around it', async () => {
    const lab = open();
    const document = graph(
      [step('v', 'test.list'), { id: 'l', kind: 'flow.for-each', config: { concurrency: 3 } }, step('x'), out],
      ['v>l', 'l.item>x', 'l.done>result'],
    );
    const { id } = lab.lab.engine.start({ document, inputs: {}, origin: { kind: 'manual', by }, grant, mode: { stepThrough: true } });
    await lab.lab.engine.stepOnce(id, 'v');
    await until(() => lab.events(id).some((event) => event.type === 'step-done'), 'v is done');
    for (const place of [2, 0]) {
      await lab.reopen();
      lab.lab.engine.resumeUnfinished();
      expect(await lab.lab.engine.stepOnce(id, `x#${place}`)).toBe(`x#${place}`);
      await until(() => lab.events(id).some((event) => event.type === 'step-done' && event.step === `x#${place}`), 'it is done');
    }
    await lab.reopen();
    lab.lab.engine.resumeUnfinished();
    await expect(lab.lab.engine.stepOnce(id, 'x#7')).rejects.toMatchObject({ code: 'step-not-ready', hint: 'Ready now: x#1.' });
    await lab.lab.engine.resume(id);
    expect(await lab.end(id)).toMatchObject({ status: 'done', outputs: { result: [11, 21, 31] } });
  });

  test('a run that was let go stays so after a restart, and a held one can be stopped', async () => {
    let go: () => void = () => {};
    const slow = testNode('test.slow', {
      effect: 'idempotent',
      run: ({ signal }) =>
        new Promise((resolve, reject) => {
          go = () => resolve({ out: 1 });
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    lab = openLab([...nodes, slow]);
    const current = lab;
    const document = graph([step('s', 'test.slow'), step('b'), out], ['s>b', 'b>result']);
    const id = current.start(document);
    await until(() => current.events(id).some((event) => event.type === 'step-start'), 'it goes');
    await current.lab.engine.pause(id);
    go();
    await until(() => current.events(id).some((event) => event.type === 'step-done'), 'what went has ended');
    await current.reopen();
    current.lab.engine.resumeUnfinished();
    expect(current.lab.ports.store.runs.get(id)?.status).toBe('paused');
    expect(executed).toEqual([]);
    await current.lab.engine.cancel(id);
    expect((await current.end(id)).status).toBe('cancelled');
    expect(executed).toEqual([]);
  });
});

test('the time for which a run is held does not count against a step that waits in it', async () => {
  const lab = open();
  const document = graph(
    [step('v', 'test.list'), { id: 'l', kind: 'flow.for-each', config: { concurrency: 1 }, timeoutMs: 300 }, step('x'), out],
    ['v>l', 'l.item>x', 'l.done>result'],
  );
  const { id } = lab.lab.engine.start({ document, inputs: {}, origin: { kind: 'manual', by }, grant, mode: { stepThrough: true } });
  await lab.lab.engine.stepOnce(id, 'v');
  await lab.lab.engine.stepOnce(id, 'l');
  await lab.lab.engine.stepOnce(id, 'x#0');
  await new Promise((resolve) => setTimeout(resolve, 700));
  await lab.lab.engine.resume(id);
  expect(await lab.end(id)).toMatchObject({ status: 'done', outputs: { result: [11, 21, 31] } });
});

describe('pinned outputs', () => {
  const pinned = graph([step('a', 'test.once', {}, { pinned: { out: 7 } }), step('b'), out], ['a>b', 'b>result']);

  test('stand in for the node in a run that a person starts, and are ignored in one that starts by itself', async () => {
    const lab = open();
    const run = await lab.run(pinned);
    expect(run.outputs).toEqual({ result: 8 });
    expect(executed).toEqual(['b']);
    expect(takenFrom(run.events)).toEqual(['a:pin']);
    const child = lab.lab.engine.start({ document: pinned, inputs: {}, origin: { kind: 'job', job: 'j1' as never }, grant });
    expect((await lab.end(child.id)).outputs).toEqual({ result: 2 });
  });

  test('of a port that is not there are refused before anything runs', () => {
    const lab = open();
    const wrong = graph([step('a', 'test.once', {}, { pinned: { nope: 7 } })]);
    expect(() => lab.start(wrong)).toThrow(expect.objectContaining({ code: 'pin-unknown-port', place: 'a' }));
    expect(lab.lab.ports.store.runs.list({ limit: 10 })).toEqual([]);
  });
});

describe('reuse', () => {
  const reusing = (add: number, kind = 'test.same') => graph([step('a', kind, { add }, { reuse: true }), out], ['a>result']);

  test('takes the outputs of an earlier run while type, config and inputs are the same, also after a restart', async () => {
    const lab = open();
    const first = await lab.run(reusing(1));
    const second = await lab.run(reusing(1));
    expect(takenFrom(second.events)).toEqual(['a:cache']);
    await lab.reopen();
    await lab.run(reusing(1));
    expect(executed).toEqual(['a']);
    expect((await lab.run(reusing(2))).outputs).toEqual({ result: 2 });
    expect(executed).toEqual(['a', 'a']);
    lab.lab.ports.store.runs.remove(first.id);
    const after = await lab.run(reusing(1));
    expect(takenFrom(after.events)).toEqual([]);
    expect(executed).toEqual(['a', 'a', 'a']);
  });

  test('never takes over an effect that may happen only once', async () => {
    const lab = open();
    await lab.run(reusing(1, 'test.once'));
    await lab.run(reusing(1, 'test.once'));
    expect(executed).toEqual(['a', 'a']);
  });
});

describe('large outputs', () => {
  const document = graph([step('b', 'test.big'), step('hold', 'test.length'), out], ['b>hold', 'hold>result']);

  test('are read from the store when a step after them is done again, and when somebody asks', async () => {
    const lab = open();
    const first = await lab.run(document);
    const kept = doneOf(first.events).find((event) => event.step === 'b');
    expect(kept).toMatchObject({ outputs: { small: 1 }, large: { out: { bytes: 40_002 } } });
    await lab.reopen();
    const fork = await lab.lab.engine.fork(first.id, { step: 'hold', useCurrent: false, by });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 40_000 });
    const values = await lab.lab.engine.getStep(fork.id, 'hold');
    expect(values.inputs).toEqual({ in: 'x'.repeat(40_000) });
    expect(values).toMatchObject({ outputs: { out: 40_000 }, attempts: [{ attempt: 1 }] });
    expect((await lab.lab.engine.getStep(fork.id, 'b')).outputs).toEqual({ small: 1, out: 'x'.repeat(40_000) });
  });
});
