import { expect, test } from 'vitest';
import { Absence } from './absence.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 5, 1, 9);

test('the first look says that the host was closed, or that there was none', () => {
  expect(new Absence(undefined).look(start, 0, 0)).toMatchObject({ reason: 'No host was running', wentBack: false });
  const closed = (at: number) => new Absence({ at, isEnd: true }).look(start, 0, 0);
  expect(closed(start - hour).reason).toMatch(/^The host was closed from \d\d:\d\d to \d\d:\d\d$/);
  expect(closed(start - 48 * hour).reason).toMatch(/from 30 May 2026, \d\d:\d\d to 1 Jun 2026/);
  expect(closed(start + hour).wentBack).toBe(true);
});

test('of a host that did not close in order no closing time is named, for it was there a while longer than it was seen', () => {
  const { reason } = new Absence({ at: start - hour, isEnd: false }).look(start, 0, 0);
  expect(reason).toMatch(/^The host was gone until \d\d:\d\d: it ended without closing some time after \d\d:\d\d$/);
  expect(reason).not.toContain('from');
});

test('sleep, a clock set forward and a clock set back are told apart', () => {
  const absence = new Absence(undefined);
  absence.look(start, 0, 0);
  expect(absence.look(start + 30_000, 30_000, 30_000)).toMatchObject({ wentBack: false, jump: undefined });
  const slept = absence.look(start + hour, hour, 30_000);
  expect(slept.reason).toMatch(/^The computer slept/);
  expect(slept.jump).toBeUndefined();
  const forward = absence.look(start + 3 * hour + 30_000, hour + 30_000, 30_000);
  expect(forward).toMatchObject({
    reason: 'The clock went forward by 2 hours',
    jump: { from: start + hour + 30_000, to: start + 3 * hour + 30_000 },
  });
  const back = absence.look(start + hour + 60_000, hour + 60_000, 30_000);
  expect(back).toMatchObject({ wentBack: true, landed: start + hour + 30_000 });
});
