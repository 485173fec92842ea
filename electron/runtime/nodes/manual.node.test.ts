import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { manualNode } from './manual.node.ts';

test('gives the time and what the run was started with', async () => {
  const now = Date.UTC(2026, 10, 21, 9, 30);
  const node = openNode(manualNode, { clock: { now: () => now, sleep: async () => undefined } });
  const end = await node.run({});
  expect(end.outputs).toEqual({ out: { startedAt: '2026-11-21T09:30:00.000Z', inputs: {} } });
});
