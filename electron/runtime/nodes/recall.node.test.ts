import { expect, test } from 'vitest';
import type { MemoryId } from '../../../shared/model/ids.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { recallNode } from './recall.node.ts';

function openMemory() {
  const node = openNode(recallNode);
  const put = (id: string, text: string, tags: string[], key?: string) =>
    node.lab.lab.ports.store.memory.put({
      id: id as MemoryId,
      text,
      tags,
      source: { kind: 'person' },
      createdAt: 1,
      updatedAt: 1,
      ...(key === undefined ? {} : { key }),
    });
  put('m1', 'The boiler was serviced in May.', ['house']);
  put('m2', 'The boiler makes a noise.', ['complaints'], 'boiler-noise');
  put('m3', 'Bread needs salt.', []);
  return node;
}
const textsOf = (out: unknown) => (out as { text: string }[]).map((item) => item.text).sort();

test('finds what fits, by words, by tag and by key', async () => {
  const node = openMemory();
  expect(textsOf((await node.run({ query: '{{ input }}' }, { given: ['boiler'] })).outputs?.out)).toEqual([
    'The boiler makes a noise.',
    'The boiler was serviced in May.',
  ]);
  expect(textsOf((await node.run({ query: 'boiler', tag: 'house' })).outputs?.out)).toEqual(['The boiler was serviced in May.']);
  expect(textsOf((await node.run({ key: 'boiler-noise' })).outputs?.out)).toEqual(['The boiler makes a noise.']);
  expect((await node.run({ query: 'boiler', limit: 1 })).outputs?.out).toHaveLength(1);
});

test('nothing to look for finds nothing; search signs are words, not syntax', async () => {
  const node = openMemory();
  expect((await node.run({ query: '  ' })).outputs).toEqual({ out: [] });
  expect((await node.run({ query: 'boiler" OR (' })).status).toBe('done');
});
