import { expect, it } from 'vitest';
import { type QueueEntry, queueEntry } from '../../../shared/contract/queue.contract.ts';
import { groupsOf, priorityName, shareDone } from './queue-model.ts';

const entry = (number: number, state: QueueEntry['state'], more: Partial<QueueEntry> = {}): QueueEntry => ({
  ...queueEntry.parse({ id: `r${number}`, number, title: 'Digest', priority: 0, state, queuedAt: number }),
  ...more,
});

it('groups by what a run is doing and keeps the host’s order', () => {
  const entries = [
    entry(4, 'running'),
    entry(3, 'waiting'),
    entry(1, 'waiting'),
    entry(2, 'paused'),
    entry(9, 'queued'),
    entry(5, 'queued'),
  ];
  const groups = groupsOf({ entries, total: 13 }, new Map([['r3', 'i1']]));
  expect(groups.going.map(({ number }) => number)).toEqual([4, 2]);
  expect(groups.asking.map(({ number }) => number)).toEqual([3]);
  expect(groups.waiting.map(({ number }) => number)).toEqual([1]);
  expect(groups.queued.map(({ number }) => number)).toEqual([9, 5]);
  expect(groups.hidden).toBe(7);
});

it('says a share only where one is known', () => {
  expect(shareDone(entry(1, 'running'))).toBeUndefined();
  expect(shareDone(entry(1, 'running', { progress: { done: 0, total: 0 } }))).toBeUndefined();
  expect(shareDone(entry(1, 'running', { progress: { done: 3, total: 4 } }))).toBe(0.75);
  expect(shareDone(entry(1, 'running', { progress: { done: 9, total: 4 } }))).toBe(1);
});

it('names the priorities that the menu offers, and no other', () => {
  expect([100, 50, 0, -50, -100, 7].map(priorityName)).toEqual(['first', 'high', 'normal', 'low', 'last', undefined]);
});
