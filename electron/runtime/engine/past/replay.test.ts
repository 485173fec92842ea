// Recorded runs once more from their journals: nothing that reaches outside is done, what is computed must come out the same.

import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import type { Workflow, WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../../tests/helpers/engine-lab.ts';
import { askPersonNode } from '../../nodes/ask-person.node.ts';
import type { AnyNodeType } from '../../nodes/define-node.ts';
import { delayNode } from '../../nodes/delay.node.ts';
import { forEachNode } from '../../nodes/for-each.node.ts';
import { inputNode } from '../../nodes/input.node.ts';
import { manualNode } from '../../nodes/manual.node.ts';
import { mergeNode } from '../../nodes/merge.node.ts';
import { outputNode } from '../../nodes/output.node.ts';
import { subWorkflowNode } from '../../nodes/sub-workflow.node.ts';
import { transformNode } from '../../nodes/transform.node.ts';
import { webhookTriggerNode } from '../../nodes/webhook-trigger.node.ts';

let lab: EngineLab | undefined;
/** Everything that reached outside. */
let outside: string[] = [];
/** What a pure node computes with: code that may change between a run and its replay. */
let factor = 2;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  outside = [];
  factor = 2;
});

const effect = testNode('test.effect', {
  effect: 'once',
  run: async ({ scope, config }) => {
    outside.push(String(config.tag));
    if (config.fail === true) throw new AppError('too-bad', 'It did not work.');
    return { out: `${config.tag}(${JSON.stringify(scope.input)}) ${Math.random()}${config.pad === true ? 'p'.repeat(30_000) : ''}` };
  },
});
const flaky = testNode('test.flaky', {
  effect: 'idempotent',
  run: async () => {
    outside.push('flaky');
    if (outside.filter((each) => each === 'flaky').length < 3) throw new AppError('again', 'Not yet.', { retryable: true });
    return { out: 'at last' };
  },
});
const double = testNode('test.double', { run: async ({ scope }) => ({ out: Number(scope.input) * factor }) });
const list = testNode('test.list', { inputs: [], run: async () => ({ out: [1, 2, 3, 4] }) });
const shaky = testNode('test.shaky', {
  run: async ({ scope }) => {
    if (Number(scope.input) === 3) throw new AppError('three', 'Three is not allowed.');
    return { out: scope.input };
  },
});
const hang = testNode('test.hang', {
  effect: 'idempotent',
  run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
});
const nodes = [
  effect,
  flaky,
  double,
  list,
  shaky,
  hang,
  askPersonNode,
  delayNode,
  forEachNode,
  inputNode,
  manualNode,
  mergeNode,
  outputNode,
  subWorkflowNode,
  transformNode,
] as AnyNodeType[];
const node = (id: string, kind: string, config: Record<string, never> | object = {}, more: object = {}) => ({
  id,
  kind,
  config: { tag: id, ...config } as never,
  ...more,
});
const out = (id = 'result') => ({ id, kind: 'flow.output', config: { name: id } });
const grant = { tools: [], folders: [] };

const everything = graph(
  [
    { id: 'start', kind: 'trigger.manual' },
    node('e', 'test.effect'),
    node('f', 'test.flaky', {}, { retry: { times: 5, delayMs: 1 } }),
    { id: 'd', kind: 'flow.delay', config: { seconds: 0.3 } },
    node('v', 'test.list'),
    { id: 'l', kind: 'flow.for-each', config: { concurrency: 3, onItemError: 'skip' } },
    node('x', 'test.double'),
    node('y', 'test.effect'),
    node('z', 'test.shaky'),
    node('bad', 'test.effect', { fail: true }, { onError: 'continue' }),
    { id: 't', kind: 'data.transform', config: { expression: '$count(inputs.in)' } },
    { id: 'm', kind: 'flow.merge', config: { mode: 'list' } },
    out(),
    out('count'),
    out('error'),
  ],
  [
    'start>e',
    'e>f',
    'f>d',
    'v>l',
    'l.item>z',
    'z>x',
    'x>y',
    'l.done>t',
    't>count',
    'start>bad',
    'bad.error>error',
    'd>m',
    'l.done>m',
    'start>m',
    'm>result',
  ],
  'Everything',
);

async function replayed(lab: EngineLab, id: RunId) {
  const replay = await lab.lab.engine.replay(id, 'cli');
  const end = await lab.end(replay.id);
  return { ...end, events: lab.events(replay.id) };
}
const outcomes = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === 'step-done'
      ? [`${event.step} ${JSON.stringify(event.outputs)}`]
      : event.type === 'step-failed' && event.retryAt === undefined
        ? [`${event.step} ${event.error.code}`]
        : [],
  );

describe('a replay', () => {
  test('gives every step and output of the record byte for byte, in its order, and does nothing outside', async () => {
    lab = openLab(nodes);
    const first = await lab.run(everything);
    expect(first).toMatchObject({ status: 'done', outputs: { count: 4, error: { code: 'too-bad' } } });
    const did = outside.length;
    expect(did).toBeGreaterThan(5);
    await lab.reopen();
    const again = await replayed(lab, first.id);
    expect(again.status).toBe('done');
    expect(JSON.stringify(again.outputs)).toBe(JSON.stringify(first.outputs));
    expect(outcomes(again.events)).toEqual(outcomes(first.events));
    expect(again.events.filter((event) => event.type === 'step-failed' && event.retryAt !== undefined)).toHaveLength(2);
    expect(outside.length).toBe(did);
    expect(again.origin).toEqual({ kind: 'replay', run: first.id, by: 'cli' });
    const second = await replayed(lab, again.id);
    expect(outcomes(second.events)).toEqual(outcomes(first.events));
    const { steps, inputs, graph } = await lab.lab.engine.compare(first.id, second.id);
    expect({ inputs, graph }).toEqual({ inputs: 'same', graph: { added: [], removed: [], changed: [] } });
    expect(steps.filter((step) => step.state !== 'same')).toEqual([]);
  });

  test('ends at the first step that gives something else, naming it and both texts', async () => {
    lab = openLab(nodes);
    const document = graph(
      [
        node('v', 'test.effect'),
        node('l', 'test.list'),
        { id: 'c', kind: 'data.transform', config: { expression: '$sum(input)' } },
        node('x', 'test.double', {}, { onError: 'continue' }),
        node('y', 'test.effect'),
        out(),
      ],
      ['l>c', 'c>x', 'x>y', 'y>result'],
    );
    const first = await lab.run(document);
    factor = 3;
    const end = await replayed(lab, first.id);
    expect(end).toMatchObject({
      status: 'failed',
      error: { code: 'replay-differs', place: 'x', details: { step: 'x', port: 'out', was: '20', is: '30' } },
    });
    expect(end.error?.message).toContain('30 instead of 20');
    expect(outcomes(end.events).some((text) => text.startsWith('y '))).toBe(false);
    const { steps } = await lab.lab.engine.compare(first.id, end.id);
    expect(steps.find((step) => step.step === 'c')).toMatchObject({ state: 'same', left: { outputs: '{"out":10}' } });
    expect(steps.find((step) => step.step === 'y')).toMatchObject({ state: 'only-left' });
  });

  test('of a run that failed, was stopped, or still goes comes as far as that did', async () => {
    lab = openLab(nodes);
    const failing = graph([node('a', 'test.effect'), node('b', 'test.effect', { fail: true }), out()], ['a>b', 'b>result']);
    const failed = await lab.run(failing);
    expect(await replayed(lab, failed.id)).toMatchObject({ status: 'failed', error: failed.error });

    const hanging = graph([node('a', 'test.effect'), node('x', 'test.double'), node('h', 'test.hang'), out()], ['a>h', 'a>x', 'h>result']);
    const id = lab.start(hanging);
    const current = lab;
    await until(() => current.events(id).filter((event) => event.type === 'step-done').length === 2, 'it hangs');
    const early = await replayed(lab, id);
    expect(early).toMatchObject({ status: 'cancelled' });
    expect(lab.events(early.id).at(-1)).toMatchObject({ error: { code: 'replay-incomplete' } });
    expect(outcomes(early.events)).toEqual(outcomes(lab.events(id)));
    await lab.lab.engine.cancel(id);
    const stopped = await replayed(lab, id);
    expect(stopped.status).toBe('cancelled');
    expect(lab.events(stopped.id).at(-1)).not.toHaveProperty('error');
  });

  test('replays the runs that its steps started from their own records, and takes a person’s answer from there', async () => {
    lab = openLab(nodes);
    const child = store(
      lab,
      graph(
        [{ id: 'n', kind: 'flow.input', config: { name: 'n', type: 'number' } }, node('x', 'test.double'), node('y', 'test.effect'), out()],
        ['n>x', 'x>y', 'y>result'],
        'Child',
      ),
    );
    const document = graph(
      [
        { id: 'q', kind: 'person.ask', config: { question: 'How many?', schema: { type: 'number' } } },
        { id: 's', kind: 'flow.workflow', config: { workflow: child.id, inputs: [{ name: 'n', value: '{{ input }}' }] } },
        out(),
      ],
      ['q>s', 's>result'],
    );
    const id = lab.start(document);
    const { store: stored } = lab.lab.ports;
    await until(() => stored.inbox.openCount() === 1, 'it asks');
    const [item] = stored.inbox.list({ status: 'open', limit: 1 });
    if (item === undefined) throw new Error('no question');
    lab.lab.inbox.answer(item.id, { kind: 'question', value: 21 });
    const first = await lab.end(id);
    expect(outside).toEqual(['y']);
    stored.workflows.remove(child.id);
    const again = await replayed(lab, id);
    expect(JSON.stringify(again.outputs)).toBe(JSON.stringify(first.outputs));
    expect(outside).toEqual(['y']);
    const childReplay = stored.runs.list({ limit: 10 }).find((run) => run.origin.kind === 'sub-workflow' && run.origin.run === again.id);
    expect(childReplay?.status).toBe('done');
    factor = 5;
    const differing = await replayed(lab, id);
    expect(differing).toMatchObject({ status: 'failed', error: { code: 'replay-differs', place: 'x' } });
  });

  test('of a run that started by itself has what its trigger brought, and so has a fork of it, which is a person’s', async () => {
    lab = openLab([...nodes, webhookTriggerNode]);
    const document = graph(
      [
        { id: 'w', kind: 'trigger.webhook' },
        { id: 't', kind: 'data.transform', config: { expression: 'input.body.n * 2' } },
        node('e', 'test.effect'),
        out(),
      ],
      ['w>t', 't>e', 't>result'],
    );
    const trigger = { node: 'w', payload: { method: 'POST', query: {}, headers: {}, body: { n: 21 } } };
    const { id } = lab.lab.engine.start({ document, inputs: {}, origin: { kind: 'job', job: 'j1' as never }, grant, trigger });
    expect((await lab.end(id)).outputs).toEqual({ result: 42 });
    expect(await replayed(lab, id)).toMatchObject({ status: 'done', outputs: { result: 42 } });
    expect(outside).toEqual(['e']);
    const fork = await lab.lab.engine.fork(id, { step: 'w', useCurrent: false, by: 'cli' });
    expect(await lab.end(fork.id)).toMatchObject({ status: 'done', outputs: { result: 42 }, origin: { kind: 'fork', run: id } });
    expect(outside).toEqual(['e', 'e']);
  });

  test('of large values compares what is computed by hash and takes the rest from the store', async () => {
    lab = openLab(nodes);
    const document = graph(
      [
        node('e', 'test.effect', { pad: true }),
        { id: 't', kind: 'data.transform', config: { expression: '$join([1..9000].$string($), " ") & input' } },
        out(),
      ],
      ['e>t', 't>result'],
    );
    const first = await lab.run(document);
    expect(first.events.at(-1)).toMatchObject({ large: { result: { bytes: expect.any(Number) } } });
    expect(String(first.outputs.result).length).toBeGreaterThan(60_000);
    const again = await replayed(lab, first.id);
    expect(again.error).toBeUndefined();
    expect(again.outputs).toEqual(first.outputs);
    expect(outside).toEqual(['e']);
    expect((await lab.lab.engine.compare(first.id, again.id)).steps.map((step) => step.state)).toEqual(['same', 'same', 'same']);
  });

  test('goes on after a restart, and says which runs it cannot replay', async () => {
    lab = openLab(nodes);
    const first = await lab.run(everything);
    const did = outside.length;
    const { id } = await lab.lab.engine.replay(first.id, 'cli');
    await lab.reopen();
    lab.lab.engine.resumeUnfinished();
    const end = await lab.end(id);
    expect(JSON.stringify(end.outputs)).toBe(JSON.stringify(first.outputs));
    expect(outside.length).toBe(did);
    await expect(lab.lab.engine.replay('nope' as RunId, 'cli')).rejects.toMatchObject({ code: 'run-not-found' });
    lab.lab.ports.store.runs.create({
      id: 't1' as RunId,
      title: 'Chat',
      kind: 'turn',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: 1,
      inputs: {},
      grant,
    });
    await expect(lab.lab.engine.replay('t1' as RunId, 'cli')).rejects.toMatchObject({ code: 'run-has-no-graph' });
  });
});

function store(lab: EngineLab, document: WorkflowDocument): Workflow {
  const { ports } = lab.lab;
  const stored = { ...document, id: ports.ids.next() as Workflow['id'], revision: 0, createdAt: 1, updatedAt: 1 };
  ports.store.workflows.insert(stored);
  return stored;
}
