import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { scheduleTriggerNode } from './schedule-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(scheduleTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ cron: '0 8 * * 1-5', zone: 'Europe/Berlin' });
  expect(end.outputs?.out).toMatchObject({ dueAt: '2026-11-21T09:30:00.000Z', lateMs: 0 });
});

test('it says in words when it starts', () => {
  const config = scheduleTriggerNode.config.parse({ cron: '0 8 * * 1-5', zone: 'Europe/Berlin' });
  expect(scheduleTriggerNode.trigger?.describe(config)).toBe('Every weekday at 08:00 (Europe/Berlin)');
});

test('its form states what happens to what was missed', () => {
  expect(scheduleTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});

test('a schedule that never comes, and a zone that is none, are faults of the graph with their place', () => {
  const faults = (given: object) => scheduleTriggerNode.check?.(scheduleTriggerNode.config.parse(given)) ?? [];
  expect(faults({ cron: '0 8 * * 1-5' })).toEqual([]);
  expect(faults({ cron: '0 0 31 2 *' })).toMatchObject([{ field: 'cron' }]);
  expect(faults({ cron: 'every monday' })).toMatchObject([{ field: 'cron' }]);
  expect(faults({ cron: '0 8 * * *', zone: 'Nowhere/Land' })).toMatchObject([{ field: 'zone' }]);
  expect(faults({ mode: 'every', every: 5, unit: 'minutes' })).toEqual([]);
});
