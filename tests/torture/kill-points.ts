// Where a host is killed: at named points of what it tells, and at random milliseconds of its start and its work.

import type { SequencedEvent } from '../../shared/model/run.ts';
import type { Random } from '../contract/wire-fuzz.ts';

export type KillPoint =
  /** So many milliseconds after the process was started: in migrations, recovery, the first resumed steps. */
  | { name: 'while-starting'; ms: number }
  /** So many milliseconds after a client was let in. */
  | { name: 'at-random'; ms: number }
  /** When the k-th kept event was told. */
  | { name: 'after-event'; k: number }
  /** When the k-th intent was told: its effect is under way. */
  | { name: 'on-intent'; k: number }
  /** When the end of the k-th effect was told, or of a run. */
  | { name: 'on-effect-done'; k: number }
  | { name: 'on-run-end'; k: number };

export function choosePoint(random: Random): KillPoint {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  switch (upTo(7)) {
    case 0:
      return { name: 'while-starting', ms: upTo(500) };
    case 1:
    case 2:
      return { name: 'at-random', ms: upTo(400) };
    case 3:
      return { name: 'after-event', k: 1 + upTo(120) };
    case 4:
      return { name: 'on-intent', k: 1 + upTo(10) };
    case 5:
      return { name: 'on-effect-done', k: 1 + upTo(8) };
    default:
      return { name: 'on-run-end', k: 1 + upTo(2) };
  }
}

const effects = /^(save|remember|record[a-z-]*)(#|$)/;

/** Tells, event by event, whether this is the moment. */
export function watchFor(point: KillPoint): (item: SequencedEvent) => boolean {
  if (!('k' in point)) return () => false;
  let left = point.k;
  return ({ seq, event }) => {
    if (seq === 0) return false;
    const counts =
      point.name === 'after-event' ||
      (point.name === 'on-intent' && event.type === 'step-start') ||
      (point.name === 'on-effect-done' && event.type === 'step-done' && effects.test(event.step)) ||
      (point.name === 'on-run-end' && event.type === 'run-end');
    if (counts) left -= 1;
    return counts && left === 0;
  };
}
