import { expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type Queued, splitQueue } from './journal-batch.ts';

const event: RunEvent = { type: 'run-status', at: 1, status: 'waiting' };
const row = (run: string, seq: number, more: Partial<Queued> = {}): Queued => ({
  ...{ run: run as RunId, number: 1, seq, event, json: '{}', names: [], isHeld: false, waiter: undefined },
  ...more,
});
const said = (items: readonly Queued[]): string[] => items.map(({ run, seq }) => `${run}${seq}`);

it('lets other runs go past a row that waits, and nothing of its own run', () => {
  const split = splitQueue([row('a', 1), row('b', 1), row('a', 2, { isHeld: true }), row('a', 3), row('b', 2)]);
  expect(said(split.batch)).toEqual(['a1', 'b1', 'b2']);
  expect(said(split.staying)).toEqual(['a2', 'a3']);
  expect(split.refused).toEqual([]);
});

it('refuses what follows a row that could not be kept, for the same reason, also what waits itself', () => {
  const failure = new Error('full');
  const queue = [
    row('a', 1),
    row('a', 2, { failure }),
    row('a', 3, { isHeld: true }),
    row('b', 1, { isHeld: true }),
    row('b', 2, { failure }),
  ];
  const split = splitQueue(queue);
  expect(said(split.batch)).toEqual(['a1']);
  expect(said(split.refused.map((each) => each.item))).toEqual(['a2', 'a3']);
  expect(split.refused.map((each) => each.error)).toEqual([failure, failure]);
  // It was behind one that still waits: its own turn comes.
  expect(said(split.staying)).toEqual(['b1', 'b2']);
});
