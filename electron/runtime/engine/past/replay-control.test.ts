// Replays and forks of what control flow can do: repeats, tries, clean-ups, early merges, variables, agents.

import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../../tests/helpers/engine-lab.ts';
import { agentTurnNode } from '../../nodes/agent-turn.node.ts';
import { cleanUpNode } from '../../nodes/clean-up.node.ts';
import type { AnyNodeType } from '../../nodes/define-node.ts';
import { delayNode } from '../../nodes/delay.node.ts';
import { mergeNode } from '../../nodes/merge.node.ts';
import { outputNode } from '../../nodes/output.node.ts';
import { repeatNode } from '../../nodes/repeat.node.ts';
import { setVariableNode } from '../../nodes/set-variable.node.ts';
import { templateNode } from '../../nodes/template.node.ts';
import { tryNode } from '../../nodes/try.node.ts';
import type { Agents } from '../../services.ts';

let lab: EngineLab | undefined;
let outside: string[] = [];
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  outside = [];
});

const add = testNode('test.add', {
  effect: 'once',
  run: async ({ scope, config }) => {
    outside.push(`${config.tag}${scope.index === undefined ? '' : `#${scope.index}`}`);
    return { out: Number(scope.input ?? 0) + 1 };
  },
});
/** Works at the third time only. */
const third = testNode('test.third', {
  effect: 'idempotent',
  run: async ({ scope }) => {
    outside.push('third');
    if (outside.filter((each) => each === 'third').length < 3) throw new AppError('not-yet', 'Not yet.');
    return { out: scope.input };
  },
});
const fail = testNode('test.fail', {
  effect: 'idempotent',
  run: async () => {
    outside.push('fail');
    throw new AppError('broken', 'It broke.');
  },
});
const nodes = [
  add,
  third,
  fail,
  agentTurnNode,
  cleanUpNode,
  delayNode,
  mergeNode,
  outputNode,
  repeatNode,
  setVariableNode,
  templateNode,
  tryNode,
] as AnyNodeType[];
const node = (id: string, kind: string, config: object = {}, more: object = {}) => ({
  id,
  kind,
  config: { tag: id, ...config } as never,
  ...more,
});
const out = (id = 'result') => ({ id, kind: 'flow.output', config: { name: id } });
const agents: Pick<Agents, 'runTask'> = {
  async runTask(session, step, { task }) {
    const ask = (name: string) =>
      session.step({
        step: `${step}/${name}`,
        node: name,
        effect: 'idempotent',
        what: name,
        run: async (context) => {
          outside.push(name);
          context.used?.({ inputTokens: 10, outputTokens: 2 });
          return { text: `${name} ${task} ${Math.random()}` };
        },
      });
    const first = await ask('model-1');
    const tool = await ask('tool-1-0');
    const last = await ask('model-2');
    return { text: JSON.stringify([first, tool, last]) };
  },
};
const by = 'cli' as const;
const open = (): EngineLab => {
  lab = openLab(nodes, {}, { agents: () => agents });
  return lab;
};
const outcomes = (events: readonly RunEvent[]) =>
  events
    .flatMap((event) =>
      event.type === 'step-done'
        ? [`${event.step} ${JSON.stringify(event.outputs)}`]
        : event.type === 'step-failed' && event.retryAt === undefined
          ? [`${event.step} ${event.error.code}`]
          : [],
    )
    .sort();

async function replayIsSame(lab: EngineLab, document: WorkflowDocument) {
  const first = await lab.run(document);
  const did = [...outside];
  const { id } = await lab.lab.engine.replay(first.id, by);
  const end = await lab.end(id);
  expect({ status: end.status, error: end.error?.code, outputs: JSON.stringify(end.outputs) }).toEqual({
    status: first.status,
    error: first.error?.code,
    outputs: JSON.stringify(first.outputs),
  });
  expect(outcomes(lab.events(id))).toEqual(outcomes(first.events));
  expect(outside).toEqual(did);
  return first;
}

const repeating = graph(
  [
    node('s', 'test.add'),
    { id: 'r', kind: 'flow.repeat', config: { until: 'input >= 5' } },
    node('x', 'test.add'),
    node('y', 'test.add'),
    out(),
  ],
  ['s>r', 'r.item>x', 'x>y', 'r.done>result'],
);

describe('a replay', () => {
  test('of a repeat goes the same rounds', async () => {
    const first = await replayIsSame(open(), repeating);
    expect(first.outputs).toEqual({ result: 5 });
  });

  test('of a try goes the attempts that failed too', async () => {
    const document = graph(
      [
        node('s', 'test.add'),
        { id: 't', kind: 'flow.try', retry: { times: 3, delayMs: 1 } },
        node('x', 'test.add'),
        node('z', 'test.third'),
        { id: 'u', kind: 'flow.try' },
        node('f', 'test.fail'),
        out(),
        out('error'),
      ],
      ['s>t', 't.item>x', 'x>z', 't.done>result', 's>u', 'u.item>f', 'u.error>error'],
    );
    const first = await replayIsSame(open(), document);
    expect(first.outputs).toMatchObject({ result: 2, error: { code: 'broken' } });
  });

  test('of a failed run cleans up from the record', async () => {
    const document = graph(
      [node('s', 'test.add'), node('f', 'test.fail'), { id: 'c', kind: 'flow.clean-up' }, node('k', 'test.add'), out()],
      ['s>f', 'f>result', 'c.out>k'],
    );
    const first = await replayIsSame(open(), document);
    expect(first.status).toBe('failed');
    expect(outside).toContain('k');
  });

  test('of variables and of a merge that takes the first reads and takes what the run did', async () => {
    const document: WorkflowDocument = {
      ...graph(
        [
          node('a', 'test.add'),
          { id: 'd', kind: 'flow.delay', config: { seconds: 0.05 } },
          { id: 'late', kind: 'flow.set-variable', config: { name: 'n', how: 'expression', expression: 'input + 10' } },
          node('b', 'test.add'),
          { id: 'early', kind: 'flow.set-variable', config: { name: 'n', how: 'expression', expression: 'input + 20' } },
          { id: 'm', kind: 'flow.merge', config: { wait: 'first' } },
          { id: 'e', kind: 'flow.delay', config: { seconds: 0.2 } },
          { id: 'text', kind: 'data.template', config: { text: 'n is {{ vars.n }}' } },
          out(),
          out('winner'),
        ],
        ['a>d', 'd>late', 'b>early', 'late>m', 'early>m', 'm>winner', 'm>e', 'e>text', 'text>result'],
      ),
      variables: [{ name: 'n', schema: { type: 'number' }, initial: 0 }],
    };
    const first = await replayIsSame(open(), document);
    expect(first.outputs).toMatchObject({ result: 'n is 11', winner: 21 });
  });

  test('of an agent answers its model and tool calls from the record, with what they used', async () => {
    const document = graph([{ id: 'g', kind: 'model.agent', config: { agent: 'anyone', task: 'do it' } }, out()], ['g>result']);
    const lab = open();
    const first = await replayIsSame(lab, document);
    expect(first.events.find((event) => 'step' in event && event.step === 'g/model-2' && event.type === 'step-done')).toMatchObject({
      usage: { inputTokens: 10, outputTokens: 2 },
    });
    expect((await lab.lab.engine.getStep(first.id, 'g')).usage).toEqual({ inputTokens: 30, outputTokens: 6 });
    expect(outside).toEqual(['model-1', 'tool-1-0', 'model-2']);
    const fork = await lab.lab.engine.fork(first.id, { step: 'g/tool-1-0', useCurrent: false, by });
    await lab.end(fork.id);
    expect(outside.slice(3)).toEqual(['tool-1-0', 'model-2']);
  });
});

describe('a fork', () => {
  test('at a round of a repeat does what follows in it and all later rounds', async () => {
    const lab = open();
    const first = await lab.run(repeating);
    outside = [];
    const fork = await lab.lab.engine.fork(first.id, { step: 'y#0', useCurrent: false, outputs: { out: 1 }, by });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 5 });
    expect(outside).toEqual(['x#1', 'y#1', 'x#2', 'y#2']);
  });

  test('at a later attempt of a try stays in that attempt', async () => {
    const lab = open();
    const document = graph(
      [
        node('s', 'test.add'),
        { id: 't', kind: 'flow.try', retry: { times: 3, delayMs: 1 } },
        node('x', 'test.add'),
        node('z', 'test.third'),
        out(),
      ],
      ['s>t', 't.item>x', 'x>z', 't.done>result'],
    );
    const first = await lab.run(document);
    expect(outside).toEqual(['s', 'x', 'third', 'x', 'third', 'x', 'third']);
    const fork = await lab.lab.engine.fork(first.id, { step: 'z#2', useCurrent: false, by });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 2 });
    expect(outside.slice(7)).toEqual(['third']);
  });

  test('of a run in which a step that may happen once has an unknown outcome asks about it instead of doing it again', async () => {
    const lab = open();
    const { store, ids } = lab.lab.ports;
    const id = ids.next() as RunId;
    const document = graph([node('a', 'test.add'), node('b', 'test.add'), out()], ['a>b', 'b>result']);
    store.runs.create({
      id,
      title: 'Test',
      kind: 'workflow',
      origin: { kind: 'manual', by },
      startedAt: 1,
      document,
      inputs: {},
      grant: { tools: [], folders: [] },
    });
    const events: RunEvent[] = [
      { type: 'step-start', at: 1, step: 'a', node: 'a', attempt: 1 },
      { type: 'step-done', at: 2, step: 'a', node: 'a', attempt: 1, ms: 1, outputs: { out: 1 } },
      { type: 'step-start', at: 3, step: 'b', node: 'b', attempt: 1 },
      { type: 'run-end', at: 4, status: 'cancelled' },
    ];
    for (const event of events) store.runs.append(id, event);
    const fork = await lab.lab.engine.fork(id, { useCurrent: false, by });
    const asked = await new Promise<boolean>((resolve) => {
      const look = setInterval(() => {
        if (store.inbox.openCount() === 0) return;
        clearInterval(look);
        resolve(true);
      }, 5);
    });
    expect(asked).toBe(true);
    expect(outside).toEqual([]);
    const [item] = store.inbox.list({ status: 'open', limit: 1 });
    expect(item).toMatchObject({ run: fork.id, request: { kind: 'unknown-outcome' } });
    if (item !== undefined) lab.lab.inbox.answer(item.id, { kind: 'unknown-outcome', answer: 'redo' });
    expect((await lab.end(fork.id)).outputs).toEqual({ result: 2 });
    expect(outside).toEqual(['b']);
  });
});
