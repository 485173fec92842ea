import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { filesTriggerNode } from './files-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(filesTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ path: '/data/in', pattern: '*.pdf', changed: true });
  expect(end.outputs?.out).toMatchObject({ event: 'added', path: '/data/in', name: 'in' });
});

test('it says in words when it starts', () => {
  const config = filesTriggerNode.config.parse({ path: '/data/in', pattern: '*.pdf', changed: true });
  expect(filesTriggerNode.trigger?.describe(config)).toBe('When *.pdf is added or changed in /data/in');
});

test('its form states what happens to what was missed', () => {
  expect(filesTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});

test('its folder is a whole path, from the root or the home folder on', () => {
  const check = (path: string) => filesTriggerNode.check?.(filesTriggerNode.config.parse({ path })) ?? [];
  for (const path of ['/data/in', '~/in', '~', 'C:\\in', '\\\\server\\in']) expect(check(path)).toEqual([]);
  for (const path of ['in', './in', '~other/in'])
    expect(check(path)).toMatchObject([{ field: 'path', message: expect.stringContaining('whole path') }]);
});
