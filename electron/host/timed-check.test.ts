// The doctor's checks: side by side, in their order, and none keeps the others from being told.

import { expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { DoctorFinding } from '../../shared/model/system.ts';
import { allChecks } from './timed-check.ts';

const ok = (id: string): DoctorFinding => ({ id, title: id, state: 'ok', detail: 'fine' });

it('one that gives no answer is told so, and the others as they are', async () => {
  vi.useFakeTimers();
  try {
    const all = allChecks([
      { id: 'never', title: 'Vault', limitMs: 3000, look: () => new Promise(() => undefined) },
      { id: 'later', title: 'Later', look: () => new Promise((resolve) => setTimeout(() => resolve([ok('a'), ok('b')]), 2000)) },
      { id: 'now', title: 'Now', look: () => ok('now') },
    ]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await all).toEqual([
      expect.objectContaining({ id: 'never', title: 'Vault', state: 'missing', detail: 'no answer within 3 s' }),
      ok('a'),
      ok('b'),
      ok('now'),
    ]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('one that fails is a finding with its cause and what to do', async () => {
  const look = (): never => {
    throw new AppError('disk-failed', 'The disk reports an error (EIO).', { hint: 'Check the disk.' });
  };
  expect(
    await allChecks([
      { id: 'disk', title: 'Free space', look },
      { id: 'x', title: 'X', look: () => ok('x') },
    ]),
  ).toEqual([
    {
      id: 'disk',
      title: 'Free space',
      state: 'broken',
      detail: 'could not be checked: The disk reports an error (EIO).',
      fix: 'Check the disk.',
    },
    ok('x'),
  ]);
});
