import { afterEach, expect, test } from 'vitest';
import type { JsonValue } from '../../../shared/model/json.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { forEachNode } from './for-each.node.ts';
import { outputNode } from './output.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const half = testNode('test.half', {
  run: async ({ scope }) => {
    if (typeof scope.item !== 'number' || scope.item % 2 !== 0) throw new Error(`${scope.item} cannot be halved`);
    return { out: { half: scope.item / 2, at: scope.index ?? -1 } };
  },
});
const nodes = [given, half, forEachNode, outputNode] as AnyNodeType[];

const loop = (value: JsonValue, config: Record<string, JsonValue>) =>
  graph(
    [
      { id: 'g', kind: 'test.given', config: { value } },
      { id: 'l', kind: 'flow.for-each', config },
      { id: 'h', kind: 'test.half' },
      { id: 'o', kind: 'flow.output', config: { name: 'all' } },
    ],
    ['g>l', 'l.item>h', 'l.done>o'],
  );

test('gives each element to its body and the results in order', async () => {
  lab = openLab(nodes);
  const end = await lab.run(loop([2, 4, 6], { concurrency: 3 }));
  expect(end.outputs.all).toEqual([
    { half: 1, at: 0 },
    { half: 2, at: 1 },
    { half: 3, at: 2 },
  ]);
});

test('stops at a failure, or leaves it out when told so', async () => {
  lab = openLab(nodes);
  expect((await lab.run(loop([2, 3], { onItemError: 'stop' }))).status).toBe('failed');
  const end = await lab.run(loop([2, 3, 8], { onItemError: 'skip' }));
  expect(end.outputs.all).toEqual([{ half: 1, at: 0 }, null, { half: 4, at: 2 }]);
});

test('an empty list is done at once, and what is not a list is refused in words', async () => {
  lab = openLab(nodes);
  expect((await lab.run(loop([], {}))).outputs.all).toEqual([]);
  expect((await lab.run(loop({ a: 1 }, {}))).error).toMatchObject({ code: 'loop-needs-list' });
});

test('gathers failures when told so, and says nothing of them when there are none', async () => {
  lab = openLab(nodes);
  const collecting = (value: JsonValue) =>
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value } },
        { id: 'l', kind: 'flow.for-each', config: { onItemError: 'collect', concurrency: 2 } },
        { id: 'h', kind: 'test.half' },
        { id: 'o', kind: 'flow.output', config: { name: 'all' } },
        { id: 'f', kind: 'flow.output', config: { name: 'failed' } },
      ],
      ['g>l', 'l.item>h', 'l.done>o', 'l.failed>f'],
    );
  const end = await lab.run(collecting([2, 3, 8, 5]));
  expect(end.outputs.all).toEqual([{ half: 1, at: 0 }, null, { half: 4, at: 2 }, null]);
  expect(end.outputs.failed).toMatchObject([
    { index: 1, item: 3, code: 'internal', message: '3 cannot be halved' },
    { index: 3, item: 5, code: 'internal', message: '5 cannot be halved' },
  ]);
  const whole = await lab.run(collecting([2]));
  expect(Object.keys(whole.outputs)).toEqual(['all']);
});
