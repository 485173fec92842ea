import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { inputNode } from './input.node.ts';

test('gives the value the run was started with, else its default, else nothing', async () => {
  const node = openNode(inputNode);
  expect((await node.run({ name: 'folder', default: 'here' }, { vars: { folder: 'there' } })).outputs).toEqual({ out: 'there' });
  expect((await node.run({ name: 'folder', default: 'here' })).outputs).toEqual({ out: 'here' });
  expect((await node.run({ name: 'folder', required: false })).outputs).toEqual({ out: null });
});

test('a value that must be given is asked for before the run begins', () => {
  const node = openNode(inputNode);
  expect(() => node.start({ name: 'folder' })).toThrow(/folder/);
  expect(() => node.start({ name: 'a b' })).toThrow(/letters, digits and underscores/);
});
