import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { appStartTriggerNode } from './app-start-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(appStartTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({});
  expect(end.outputs?.out).toMatchObject({ startedAt: '2026-11-21T09:30:00.000Z' });
});

test('it says in words when it starts', () => {
  const config = appStartTriggerNode.config.parse({});
  expect(appStartTriggerNode.trigger?.describe(config)).toBe('When Orrery starts');
});

test('its form states what happens to what was missed', () => {
  expect(appStartTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
