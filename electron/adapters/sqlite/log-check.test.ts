import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { endsUnreadably } from './log-check.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

test('a log as it was left is readable to its end; one that was changed, or whose header was, is not', () =>
  withStore(async ({ store, info }, folder) => {
    const copy = join(folder, 'copy');
    const fresh = (): Buffer => {
      copyFileSync(`${info.file}-wal`, copy);
      return readFileSync(copy);
    };
    store.runs.create(newRun('r'));
    // Enough that the log begins anew over its older frames.
    for (let i = 0; i < 1500; i += 1) await store.runs.append('r' as RunId, stepDone(`s${i}`, 'x'.repeat(3000))).durable;
    const bytes = fresh();
    expect(bytes.length).toBeGreaterThan(1_000_000);
    expect(endsUnreadably(copy)).toBe(false);
    // Cut short, as by a kill in the middle of a write.
    truncateSync(copy, 32 + 4120 * 3 + 1000);
    expect(endsUnreadably(copy)).toBe(false);
    for (const at of [0, 9, 20, 30, 32 + 500, 32 + 4120 + 16]) {
      const changed = fresh();
      changed[at] = (changed[at] ?? 0) ^ 4;
      writeFileSync(copy, changed);
      expect([at, endsUnreadably(copy)]).toEqual([at, true]);
    }
    expect(endsUnreadably(join(folder, 'none'))).toBe(false);
  }));
