// The doctor's checks side by side, none longer than its time: one that gives no answer is itself a finding, and so is one that fails.
// The others are told all the same.

import { toAppError } from '../../shared/errors.ts';
import type { DoctorFinding } from '../../shared/model/system.ts';

export interface Check {
  id: string;
  title: string;
  /** Milliseconds; otherwise the usual. */
  limitMs?: number;
  look(): DoctorFinding | readonly DoctorFinding[] | Promise<DoctorFinding | readonly DoctorFinding[]>;
}

/** More than what any of them waits for others itself: a login shell, a model server. */
const usualMs = 15_000;

/** In their order. Never throws. */
export async function allChecks(checks: readonly Check[]): Promise<DoctorFinding[]> {
  return (await Promise.all(checks.map(oneCheck))).flat();
}

async function oneCheck({ id, title, limitMs = usualMs, look }: Check): Promise<readonly DoctorFinding[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<DoctorFinding>((resolve) => {
    timer = setTimeout(() => resolve(timeOver(id, title, limitMs)), limitMs);
  });
  try {
    return [await Promise.race([Promise.resolve().then(look), over])].flat();
  } catch (error) {
    const { message, hint } = toAppError(error);
    return [{ id, title, state: 'broken', detail: `could not be checked: ${message}`, ...(hint === undefined ? {} : { fix: hint }) }];
  } finally {
    clearTimeout(timer);
  }
}

const timeOver = (id: string, title: string, ms: number): DoctorFinding => ({
  ...{ id, title, state: 'missing', detail: `no answer within ${ms / 1000} s` },
  consequence: 'Whether it works is not known; what needs it may wait as long.',
  fix: 'Try again. If it stays so, look at what it waits for: a program that does not answer, or a disk or network that does not.',
});
