import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { runFinishedTriggerNode } from './run-finished-trigger.node.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

test('a person’s own run gets an example of what it brings', async () => {
  const node = openNode(runFinishedTriggerNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({ workflow: 'w1', status: 'failed' });
  expect(end.outputs?.out).toMatchObject({ workflow: 'w1', status: 'failed' });
});

test('it says in words when it starts', () => {
  const config = runFinishedTriggerNode.config.parse({ workflow: 'w1', status: 'failed' });
  expect(runFinishedTriggerNode.trigger?.describe(config)).toBe('When a run of another workflow fails');
});

test('its form states what happens to what was missed', () => {
  expect(runFinishedTriggerNode.fields.find((field) => field.key === 'missed')).toMatchObject({ kind: 'select' });
});
