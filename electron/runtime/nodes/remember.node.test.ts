import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { rememberNode } from './remember.node.ts';

test('keeps a text with its tags and this run as its source', async () => {
  const node = openNode(rememberNode);
  const run = node.start({ text: 'It rained on {{ input }}.', tags: ' weather, , diary ' }, { given: ['Monday'] });
  expect((await node.end(run)).outputs?.out).toMatchObject({ text: 'It rained on Monday.', tags: ['weather', 'diary'] });
  const [item] = node.lab.lab.ports.store.memory.list({ limit: 5 }).items;
  expect(item).toMatchObject({ text: 'It rained on Monday.', source: { kind: 'run', run, step: 'n' } });
});

test('the same key replaces what was kept under it, and keeps its id', async () => {
  const node = openNode(rememberNode);
  const first = await node.run({ text: 'old', key: 'k' });
  const second = await node.run({ text: 'new', key: 'k' });
  const { items, total } = node.lab.lab.ports.store.memory.list({ limit: 5 });
  expect(total).toBe(1);
  expect(items[0]?.text).toBe('new');
  expect(first.outputs?.out).toMatchObject({ id: items[0]?.id });
  expect(second.outputs?.out).toMatchObject({ id: items[0]?.id });
});

test('a template that gives nothing is refused, and nothing is kept', async () => {
  const node = openNode(rememberNode);
  const end = await node.run({ text: '{{ input }}' }, { given: [''] });
  expect(end.error).toMatchObject({ code: 'config-invalid', place: 'text' });
  expect(node.lab.lab.ports.store.memory.list({ limit: 5 }).total).toBe(0);
});
