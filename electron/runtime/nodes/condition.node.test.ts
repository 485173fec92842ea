import { expect, test } from 'vitest';
import type { JsonValue } from '../../../shared/model/json.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { conditionNode } from './condition.node.ts';

test.each<[string, JsonValue, 'true' | 'false']>([
  ['input.size > 3', { size: 4 }, 'true'],
  ['input.size > 3', { size: 3 }, 'false'],
  ['input', [], 'false'],
  ['input', 'text', 'true'],
  ['input.missing', {}, 'false'],
  ['input = 1 /* a comment at the end */', 1, 'true'],
])('%s of %j goes %s', async (expression, value, port) => {
  const node = openNode(conditionNode);
  const end = await node.run({ expression }, { given: [value] });
  expect(end.outputs).toEqual({ [port]: value });
});

test('an expression that does not parse is refused before anything runs, in words', async () => {
  const node = openNode(conditionNode);
  await expect((async () => node.run({ expression: 'input >' }, { given: [1] }))()).rejects.toMatchObject({
    code: 'workflow-invalid',
    message: expect.stringContaining('does not parse'),
  });
});
