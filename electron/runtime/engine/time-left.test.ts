import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../shared/model/run.ts';
import { createTimeLeft } from './time-left.ts';

const run = (more: object = {}) => ({ id: 'r', workflow: 'w', status: 'running', startedAt: 0, ...more }) as unknown as RunSummary;
const left = (now: number, ended: { startedAt: number; endedAt: number }[] = []) =>
  createTimeLeft({ runs: { list: () => ended as unknown as RunSummary[] }, clock: { now: () => now } });
/** Ten of a hundred items in ten seconds. */
const loop = { since: 0, from: 0, done: 10, total: 100, at: 10_000 };

describe('how long a run will still take', () => {
  it('is told by the pace of its items when it never ran before', () => {
    expect(left(10_000).of(run(), { done: 11, total: 102, loop })).toBe(90_000);
    // Also of a file that is not stored, and with the item that goes counted in.
    expect(left(10_500).of(run({ workflow: undefined }), { done: 11, total: 102, loop })).toBe(89_500);
  });
  it('counts only what was done since it was taken up', () => {
    const again = { since: 100_000, from: 50, done: 60, total: 100, at: 110_000 };
    expect(left(110_000).of(run(), { done: 61, total: 102, loop: again })).toBe(40_000);
  });
  it('is not guessed from too few items, from steps alone, or while it waits for a person', () => {
    expect(left(2000).of(run(), { done: 3, total: 102, loop: { ...loop, done: 2, at: 2000 } })).toBeUndefined();
    expect(left(10_000).of(run(), { done: 3, total: 5 })).toBeUndefined();
    expect(left(10_000, [{ startedAt: 0, endedAt: 60_000 }]).of(run({ status: 'waiting' }), { done: 3, total: 5 })).toBeUndefined();
  });
  it('is told by earlier runs, and by items once it takes longer than those', () => {
    const earlier = [{ startedAt: 0, endedAt: 8000 }];
    expect(left(5000, earlier).of(run(), { done: 6, total: 102, loop })).toBe(3000);
    expect(left(10_000, earlier).of(run(), { done: 11, total: 102, loop })).toBe(90_000);
  });
});
