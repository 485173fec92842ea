// Rows that a run goes ahead of, when the disk refuses one of them: nobody waits for what cannot come.

import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { RowsAhead } from './rows-ahead.ts';

const row: RunEvent = { type: 'step-skipped', at: 0, step: 's', node: 's' };

test('whoever would catch up after a row was refused hears so, also when all others were stopped before', async () => {
  const disk = Promise.withResolvers<void>();
  const stops: (() => void)[] = [];
  const rows = new RowsAhead({
    id: 'r' as RunId,
    hub: { record: () => disk.promise },
    clock: { now: () => 0 },
    onStop: (stop) => {
      stops.push(stop);
      return () => undefined;
    },
    onBroken: () => {
      for (const stop of stops.splice(0)) stop();
    },
  });
  for (let i = 0; i < 1024; i += 1) rows.put(row);
  const before = rows.catchUp();
  disk.reject(new AppError('disk-full', 'The disk is full.'));
  await expect(before).rejects.toMatchObject({ code: 'disk-full' });
  await expect(rows.catchUp()).rejects.toMatchObject({ code: 'disk-full' });
}, 10_000);
