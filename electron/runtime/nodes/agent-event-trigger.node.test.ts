import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { agentEventTriggerNode } from './agent-event-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(agentEventTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ event: 'approval', contains: 'delete' });
  expect(end.outputs?.out).toMatchObject({ event: 'approval', text: 'delete' });
});

test('it says in words when it starts', () => {
  const config = agentEventTriggerNode.config.parse({ event: 'approval', contains: 'delete' });
  expect(agentEventTriggerNode.trigger?.describe(config)).toBe('When an agent asks for approval with “delete”');
});

test('its form states what happens to what was missed', () => {
  expect(agentEventTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
