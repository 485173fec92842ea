import { expect, test } from 'vitest';
import type { JsonValue } from '../../../shared/model/json.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { mergeNode } from './merge.node.ts';

test('gives the first, all as a list, or all objects joined', async () => {
  const node = openNode(mergeNode);
  const given: JsonValue[] = [{ a: 1, b: 1 }, { b: 2 }];
  expect((await node.run({ mode: 'first' }, { given })).outputs).toEqual({ out: { a: 1, b: 1 } });
  expect((await node.run({ mode: 'list' }, { given })).outputs).toEqual({ out: given });
  expect((await node.run({ mode: 'object' }, { given })).outputs).toEqual({ out: { a: 1, b: 2 } });
});

test('joining leaves out what is not an object', async () => {
  const node = openNode(mergeNode);
  const end = await node.run({ mode: 'object' }, { given: ['text', [1], null, { kept: true }] });
  expect(end.outputs).toEqual({ out: { kept: true } });
});
