import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { webhookTriggerNode } from './webhook-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(webhookTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ method: 'any' });
  expect(end.outputs?.out).toMatchObject({ method: 'POST', body: null });
});

test('it says in words when it starts', () => {
  const config = webhookTriggerNode.config.parse({ method: 'any' });
  expect(webhookTriggerNode.trigger?.describe(config)).toBe('When its webhook is called');
});

test('its form states what happens to what was missed', () => {
  expect(webhookTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
