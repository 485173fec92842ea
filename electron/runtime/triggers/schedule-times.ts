// When a schedule is due. Pure: a cron pattern in a time zone, or a span that is counted from an anchor. Times are milliseconds
// since 1970. What happens to times that were missed is not decided here (catch-up.ts).

import { Cron } from 'croner';
import { AppError } from '../../../shared/errors.ts';
import { cronWords, type EveryUnit, everyMs, everyWords } from '../../../shared/model/schedule-words.ts';

export interface Schedule {
  words: string;
  /** The first time after this one; undefined when there is none. */
  next(after: number): number | undefined;
  /** Times from `from` to `to`, ends included, in order: all of them, or the newest `limit` and `hasMore`. */
  between(from: number, to: number, limit: number): { times: number[]; hasMore: boolean };
}

export interface ScheduleConfig {
  mode: 'cron' | 'every';
  cron: string;
  zone: string;
  every: number;
  unit: EveryUnit;
}

/** Throws `schedule-malformed`, `zone-unknown`, `schedule-never`, each with the field as its place. `anchor` is for spans. */
export function readSchedule(config: ScheduleConfig, anchor: number): Schedule {
  return config.mode === 'cron' ? cronSchedule(config.cron, config.zone, anchor) : spanSchedule(everyMs(config.every, config.unit), anchor);
}

export function spanSchedule(ms: number, anchor: number): Schedule {
  if (!Number.isInteger(ms) || ms < 1000)
    throw new AppError('schedule-malformed', 'A schedule cannot be due more often than every second.', {
      place: 'every',
      hint: 'Give a longer span.',
    });
  const after = (time: number): number => anchor + (Math.floor((time - anchor) / ms) + 1) * ms;
  return {
    words: everyWords(ms),
    next: after,
    between(from, to, limit) {
      const last = after(to) - ms;
      const count = Math.max(0, Math.floor((last - from) / ms) + 1);
      const kept = Math.min(count, limit);
      return { times: Array.from({ length: kept }, (_, index) => last - (kept - 1 - index) * ms), hasMore: count > kept };
    },
  };
}

/** Steps forward that are tried before times are looked for from the end. */
const stepsForward = 64;

/** `now` is where it is looked whether it is ever due. */
export function cronSchedule(pattern: string, zone: string, now: number): Schedule {
  const cron = readCron(pattern, zone.trim());
  const next = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
  if (next(now) === undefined)
    throw new AppError('schedule-never', `“${pattern}” is never due.`, {
      place: 'cron',
      hint: 'There is no such day: look at the day of the month and the month.',
    });
  return {
    words: cronWords(pattern, zone),
    next,
    between(from, to, limit) {
      const times: number[] = [];
      for (let time = next(from - 1); time !== undefined && time <= to; time = next(time)) {
        times.push(time);
        if (times.length <= Math.min(limit, stepsForward)) continue;
        // Whole seconds only: the second after `to` leaves `to` itself in.
        const newest = cron.previousRuns(limit + 1, new Date((Math.floor(to / 1000) + 1) * 1000)).map((each) => each.getTime());
        const inside = newest.filter((each) => each >= from && each <= to).reverse();
        return { times: inside.slice(-limit), hasMore: inside.length > limit };
      }
      return { times, hasMore: false };
    },
  };
}

function readCron(pattern: string, zone: string): Cron {
  if (zone !== '' && !isZone(zone))
    throw new AppError('zone-unknown', `There is no time zone “${zone}”.`, {
      place: 'zone',
      hint: 'Write it like Europe/Berlin or America/New_York, or leave it empty for this computer’s own.',
    });
  try {
    // Fixed times, also several a day, that fall into the hour that spring leaves out are due right after it, and once in autumn.
    return new Cron(pattern, {
      paused: true,
      mode: '5-or-6-parts',
      fixedTimeRule: 'no-wildcard',
      ...(zone === '' ? {} : { timezone: zone }),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    throw new AppError('schedule-malformed', `“${pattern}” is not a schedule: ${why}`, {
      place: 'cron',
      hint: 'Write minute, hour, day of the month, month and day of the week, such as 0 8 * * 1-5.',
      cause: error,
    });
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false; // The way Intl says so.
  }
}
