// Token buckets: so many at once, and from then on so many in a minute. By key, in memory; those that are full again are forgotten.

import { Recent } from '../../../shared/recent.ts';

export interface BucketSize {
  atOnce: number;
  perMinute: number;
}

export interface Buckets {
  /** Takes one, and gives 0; when there is none, in how many milliseconds there will be. */
  take(key: string, now: number): number;
}

const minuteMs = 60_000;
const maxKnown = 1000;

export function createBuckets({ atOnce, perMinute }: BucketSize): Buckets {
  const known = new Recent<string, { left: number; at: number }>(maxKnown);
  return {
    take(key, now) {
      const before = known.get(key);
      // A clock that was put back gives nothing, and takes nothing away.
      const since = before === undefined ? 0 : Math.max(0, now - before.at);
      const left = before === undefined ? atOnce : Math.min(atOnce, before.left + (since / minuteMs) * perMinute);
      const isThere = left >= 1;
      known.set(key, { left: isThere ? left - 1 : left, at: now });
      return isThere ? 0 : Math.ceil(((1 - left) / perMinute) * minuteMs);
    },
  };
}
