import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { clipboardTriggerNode } from './clipboard-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(clipboardTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ contains: 'https://' });
  expect(end.outputs?.out).toMatchObject({ text: 'https://' });
});

test('it says in words when it starts', () => {
  const config = clipboardTriggerNode.config.parse({ contains: 'https://' });
  expect(clipboardTriggerNode.trigger?.describe(config)).toBe('When text with “https://” is copied');
});

test('its form states what happens to what was missed', () => {
  expect(clipboardTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
