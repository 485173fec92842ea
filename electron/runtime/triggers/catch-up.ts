// What becomes of the times that were due by now. Pure: the missed rule and nothing else.
// A time that is at most a minute late is on time and always runs. Later ones were missed: `skip` runs none of them, `once` the newest
// one for all of them, `all` each of them, of the newest thousand. A time is counted as missed once: where the clock was set back
// and went over it again, it runs if it comes in its time and is left alone otherwise. Only a clock that went forward and was set
// back again did not really pass those times, and they are counted anew (schedule.source.ts keeps `handledTo` so).

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
 * `newestRun`: the newest time in that span that ran already.
 */
export function catchUp(
  times: readonly number[],
  rule: MissedRule,
  now: number,
  handledTo: number,
  newestRun = Number.NEGATIVE_INFINITY,
): CatchUp {
  const run = times.filter((time) => time >= now - onTimeMs);
  const late = times.filter((time) => time < now - onTimeMs);
  const missed: CatchUp['missed'] = late.filter((time) => time <= handledTo).map((at) => ({ at, why: 'passed-before' }));
  const owed = late.filter((time) => time > handledTo);
  switch (rule) {
    case 'skip':
      missed.push(...owed.map((at) => ({ at, why: 'rule' as const })));
      break;
    case 'once': {
      const one = owed.slice(-1).filter((time) => time > newestRun);
      missed.push(...owed.slice(0, owed.length - one.length).map((at) => ({ at, why: 'stands-for' as const })));
      run.unshift(...one);
      break;
    }
    case 'all':
      missed.push(...owed.slice(0, -maxCaughtUp).map((at) => ({ at, why: 'too-many' as const })));
      run.unshift(...owed.slice(-maxCaughtUp));
      break;
    default:
      assertNever(rule, 'missed rule');
  }
  return { run, missed };
}
