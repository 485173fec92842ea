import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { hotkeyTriggerNode } from './hotkey-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(hotkeyTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ keys: 'CommandOrControl+Alt+J' });
  expect(end.outputs?.out).toMatchObject({ keys: 'CommandOrControl+Alt+J', pressedAt: '2026-11-21T09:30:00.000Z' });
});

test('it says in words when it starts', () => {
  for (const keys of ['Control+C', 'Shift+A', 'Alt+F4']) expect(hotkeyTriggerNode.config.safeParse({ keys }).success).toBe(false);
  const config = hotkeyTriggerNode.config.parse({ keys: 'CommandOrControl+Alt+J' });
  expect(hotkeyTriggerNode.trigger?.describe(config)).toBe('When CommandOrControl+Alt+J is pressed');
});

test('its form states what happens to what was missed', () => {
  expect(hotkeyTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
