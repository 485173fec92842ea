import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { forEachNode } from './for-each.node.ts';
import { outputNode } from './output.node.ts';
import { repeatNode } from './repeat.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

let executed: string[] = [];
let isOpen = true;
const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
/** Adds one; at the value `config.stopAt` it waits until the test opens the gate. */
const add = testNode('test.add', {
  effect: 'idempotent',
  run: async ({ config, scope, signal }) => {
    const value = Number(scope.input);
    if (value === config.stopAt && !isOpen)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'closed'))));
    executed.push(`${value}@${scope.index}`);
    return { out: value + 1 };
  },
});
const nodes = [given, add, repeatNode, forEachNode, outputNode] as AnyNodeType[];

const repeat = (value: JsonValue, config: Record<string, JsonValue>, stopAt?: number) =>
  graph(
    [
      { id: 'g', kind: 'test.given', config: { value } },
      { id: 'r', kind: 'flow.repeat', config },
      { id: 'a', kind: 'test.add', config: stopAt === undefined ? {} : { stopAt } },
      { id: 'o', kind: 'flow.output', config: { name: 'result' } },
    ],
    ['g>r', 'r.item>a', 'r.done>o'],
  );

test('gives each round what the last one gave, until the condition holds', async () => {
  lab = openLab(nodes);
  executed = [];
  const end = await lab.run(repeat(5, { until: 'input >= 8' }));
  expect(end.outputs).toEqual({ result: 8 });
  expect(executed).toEqual(['5@0', '6@1', '7@2']);
  expect(end.events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []))).toEqual(['g', 'a#0', 'a#1', 'a#2', 'r', 'o']);
});

test('the condition may look at the place of the round', async () => {
  lab = openLab(nodes);
  expect((await lab.run(repeat(0, { until: 'index = 3' }))).outputs).toEqual({ result: 4 });
});

test('at the bound it fails in words, or goes on with the last result', async () => {
  lab = openLab(nodes);
  const failed = await lab.run(repeat(0, { until: 'false', maxTimes: 3 }));
  expect([failed.status, failed.error?.code]).toEqual(['failed', 'repeat-bound-reached']);
  expect((await lab.run(repeat(0, { until: 'false', maxTimes: 3, atBound: 'go-on' }))).outputs).toEqual({ result: 3 });
});

test('a host that closes in the middle goes on in the round it was in', async () => {
  lab = openLab(nodes);
  executed = [];
  isOpen = false;
  const id = lab.start(repeat(0, { until: 'input = 5' }, 3));
  await until(() => executed.length === 3 && lab?.events(id).some((event) => 'step' in event && event.step === 'a#3') === true, 'round 3');
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ result: 5 });
  expect(executed).toEqual(['0@0', '1@1', '2@2', '3@3', '4@4']);
});

test('inside a for-each, and with a for-each inside, each round has its own steps', async () => {
  lab = openLab(nodes);
  const inside = await lab.run(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: [1, 10] } },
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 2 } },
        { id: 'r', kind: 'flow.repeat', config: { until: 'index = 1' } },
        { id: 'a', kind: 'test.add' },
        { id: 'o', kind: 'flow.output', config: { name: 'result' } },
      ],
      ['g>l', 'l.item>r', 'r.item>a', 'l.done>o'],
    ),
  );
  expect(inside.outputs).toEqual({ result: [3, 12] });
  const steps = inside.events.flatMap((event) => (event.type === 'step-done' && event.node === 'a' ? [event.step] : []));
  expect(steps.sort()).toEqual(['a#0.0', 'a#0.1', 'a#1.0', 'a#1.1']);
  const around = await lab.run(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: [1, 10] } },
        { id: 'r', kind: 'flow.repeat', config: { until: 'index = 1' } },
        { id: 'l', kind: 'flow.for-each', config: {} },
        { id: 'a', kind: 'test.add' },
        { id: 'o', kind: 'flow.output', config: { name: 'result' } },
      ],
      ['g>r', 'r.item>l', 'l.item>a', 'r.done>o'],
    ),
  );
  expect(around.outputs).toEqual({ result: [3, 12] });
});
