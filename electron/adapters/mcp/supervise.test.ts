import { expect, it } from 'vitest';
import { afterCrash, defaultRestartPolicy } from './supervise.ts';

it('waits longer after each quick crash, then gives up', () => {
  const waits: (number | string)[] = [];
  let count = 0;
  for (let i = 0; i < 5; i += 1) {
    const next = afterCrash(count, 1_000);
    count = next.quickCrashes;
    waits.push(next.action === 'restart' ? next.waitMs : 'stop');
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 'stop']);
});

it('forgets old crashes once it ran long enough, and never waits too long', () => {
  expect(afterCrash(4, defaultRestartPolicy.quickMs)).toEqual({ quickCrashes: 1, action: 'restart', waitMs: 500 });
  expect(afterCrash(50, 0, { ...defaultRestartPolicy, breakAfter: 100 })).toMatchObject({ waitMs: 60_000 });
});
