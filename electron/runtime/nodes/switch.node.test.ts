import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { switchNode } from './switch.node.ts';

const cases = [
  { name: 'large', when: 'input > 100' },
  { name: 'some', when: 'input > 0' },
];

test.each([
  [500, 'large'],
  [5, 'some'],
  [0, 'otherwise'],
])('%d goes to “%s”: the first case that is true', async (value, port) => {
  const node = openNode(switchNode);
  expect((await node.run({ cases }, { given: [value] })).outputs).toEqual({ [port]: value });
});

test('two cases of one name, or one named like a fixed way out, are refused', () => {
  const node = openNode(switchNode);
  expect(() => node.start({ cases: [cases[0] ?? {}, { name: 'large', when: 'true' }] }, { given: [1] })).toThrow(/same name/);
  expect(() => node.start({ cases: [{ name: 'otherwise', when: 'true' }] }, { given: [1] })).toThrow(/may not name/);
});
