import { expect, it } from 'vitest';
import { CallStats } from './call-stats.ts';

it('says how many calls there were, how many failed, and how long the newest took', () => {
  const stats = new CallStats();
  expect(stats.get()).toBeUndefined();
  stats.add(1.234, true);
  expect(stats.get()).toEqual({ count: 1, failed: 1, p50Ms: 1.23, p95Ms: 1.23 });
  for (let n = 0; n < 499; n += 1) stats.add(n < 40 ? 90 : 10, false);
  expect(stats.get()).toEqual({ count: 500, failed: 1, p50Ms: 10, p95Ms: 90 });
  // A slow beginning is forgotten.
  for (let n = 0; n < 500; n += 1) stats.add(2, false);
  expect(stats.get()).toEqual({ count: 1000, failed: 1, p50Ms: 2, p95Ms: 2 });
});
