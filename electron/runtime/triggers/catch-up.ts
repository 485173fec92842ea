// What becomes of the times that were due by now. Pure: the missed rule and nothing else.
// A time that is at most a minute late is on time and always runs. Later ones were missed: `skip` runs none of them, `once` the newest
// one for all of them, `all` each of them, of the newest thousand. A time is counted as missed once in its life: where the clock
// was set back and went over it again, it runs if it comes in its time and is left alone otherwise.

import { assertNever } from '../../../shared/errors.ts';
import type { MissedRule } from '../../../shared/model/job.ts';

/** Milliseconds that a run may begin late and still be on time. */
export const onTimeMs = 60_000;
/** Most missed times that `all` runs, and that get a row each. */
export const maxCaughtUp = 1000;

export interface CatchUp {
  run: number[];
  missed: { at: number; why: 'rule' | 'stands-for' | 'too-many' | 'passed-before' }[];
}

/**
 * `times`: due by `now`, in order, without those that ran. `handledTo`: up to there the times were accounted for already.
 */
export function catchUp(times: readonly number[], rule: MissedRule, now: number, handledTo: number): CatchUp {
  const run = times.filter((time) => time >= now - onTimeMs);
  const late = times.filter((time) => time < now - onTimeMs);
  const missed: CatchUp['missed'] = late.filter((time) => time <= handledTo).map((at) => ({ at, why: 'passed-before' }));
  const owed = late.filter((time) => time > handledTo);
  switch (rule) {
    case 'skip':
      missed.push(...owed.map((at) => ({ at, why: 'rule' as const })));
      break;
    case 'once':
      missed.push(...owed.slice(0, -1).map((at) => ({ at, why: 'stands-for' as const })));
      run.unshift(...owed.slice(-1));
      break;
    case 'all':
      missed.push(...owed.slice(0, -maxCaughtUp).map((at) => ({ at, why: 'too-many' as const })));
      run.unshift(...owed.slice(-maxCaughtUp));
      break;
    default:
      assertNever(rule, 'missed rule');
  }
  return { run, missed };
}
