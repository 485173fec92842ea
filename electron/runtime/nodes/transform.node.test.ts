import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { transformNode } from './transform.node.ts';

test('picks, reshapes and sums', async () => {
  const node = openNode(transformNode);
  const given = [{ items: [{ n: 1 }, { n: 2 }, { n: 5 }] }];
  const end = await node.run({ expression: '{ "sum": $sum(input.items.n), "large": input.items[n > 1].n }' }, { given });
  expect(end.outputs).toEqual({ out: { sum: 8, large: [2, 5] } });
});

test('finding nothing is a failure that says what to do', async () => {
  const node = openNode(transformNode);
  const end = await node.run({ expression: 'input.absent' }, { given: [{}] });
  expect(end.error).toMatchObject({ code: 'expression-empty', hint: expect.stringContaining('inspector') });
});

test('no way to the machine from an expression', async () => {
  const node = openNode(transformNode);
  const end = await node.run({ expression: 'input.constructor.constructor("return process")()' }, { given: [{}] });
  expect(end.status).toBe('failed');
});
