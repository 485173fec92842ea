// Schedules: keeps the next time of every job as a row before it is due, and when it has come decides with the missed rule what
// runs. The clock may jump, the computer may sleep, the host may end between any two lines: what was stored says how to go on.

import type { JobId } from '../../../shared/model/ids.ts';
import type { DueRun, MissedRule } from '../../../shared/model/job.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Look } from './absence.ts';
import { type CatchUp, catchUp, maxCaughtUp, onTimeMs } from './catch-up.ts';
import { dueIdAt, type Firing, pendingOf } from './firing.ts';
import { readSchedule, type Schedule, type ScheduleConfig } from './schedule-times.ts';
import { dateTime } from './time-words.ts';
import type { TriggerSource } from './trigger-source.ts';

export interface ScheduleNodeConfig extends ScheduleConfig {
  missed: MissedRule;
}

export interface ScheduledJob {
  job: StoredJob;
  title: string;
  config: ScheduleNodeConfig;
  schedule: Schedule;
  /** As it was told last. */
  nextDueAt?: number | undefined;
}

interface ScheduleDeps {
  ports: Pick<Ports, 'store' | 'clock'>;
  firing: Firing;
}

export function scheduleSource({ ports }: Pick<ScheduleDeps, 'ports'>): TriggerSource<ScheduleNodeConfig> {
  return {
    check: ({ config }) => void readSchedule(config, ports.clock.now()),
    begin: () => ({ anchor: ports.clock.now(), handledTo: ports.clock.now() }),
    sample: (_config, now) => ({ dueAt: new Date(now).toISOString(), lateMs: 0 }),
  };
}

export const anchorOf = (job: Pick<StoredJob, 'state' | 'createdAt'>): number =>
  typeof job.state.anchor === 'number' ? job.state.anchor : job.createdAt;

/** Where the clock last jumped forward over times of this job: setting it back there undoes that. */
function jumpOf({ state: { jump } }: StoredJob): { from: number; to: number } | undefined {
  if (!Array.isArray(jump)) return undefined;
  const [from, to] = jump;
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined;
}

const handledTo = (job: StoredJob): number => (typeof job.state.handledTo === 'number' ? job.state.handledTo : job.createdAt);

export class Schedules {
  readonly #deps: ScheduleDeps;

  constructor(deps: ScheduleDeps) {
    this.#deps = deps;
  }

  get #jobs() {
    return this.#deps.ports.store.jobs;
  }

  /** The first time after this one that has not run yet: the clock may go over a time twice. */
  nextFree({ job, schedule }: ScheduledJob, after: number): number | undefined {
    const from = Math.max(after, this.#jobs.forgottenUpTo(job.id));
    const started = new Set(this.#jobs.startedBetween(job.id, from, Number.MAX_SAFE_INTEGER));
    for (const row of this.#chosen(job.id)) started.add(row.dueAt);
    let time = schedule.next(from);
    while (time !== undefined && started.has(time)) time = schedule.next(time);
    return time;
  }

  /** The row of a job that was just turned on, or whose schedule was changed; what was due by its old one is dropped. */
  rearm(scheduled: ScheduledJob, old: readonly DueRun[], now: number, why: string): void {
    const { job, title } = scheduled;
    const next = this.nextFree(scheduled, now);
    const rows: DueRun[] = old
      .filter((row) => row.dueAt !== next)
      .map((row) => ({ ...row, state: 'dropped', reason: why, settledAt: now }));
    if (next !== undefined) rows.push(this.#deps.firing.scheduled(job, title, next, { state: 'due' }));
    this.#jobs.putDue(rows, job);
  }

  /**
   * Does what is due by now. Gives the next time, or that it must be tried again soon because the disk refused. `isFirst`: the host
   * has just started.
   */
  process(scheduled: ScheduledJob, look: Look, isFirst: boolean): { next: number | undefined; retry: boolean } {
    const { now } = look;
    this.#settleStarted(scheduled, look, isFirst);
    let rows = this.#waiting(scheduled.job.id);
    if (rows.length === 0 || isFirst || look.wentBack) rows = this.#replan(scheduled, rows, look);
    const first = rows[0]?.dueAt;
    if (first === undefined || first > now) return { next: first, retry: this.#chosen(scheduled.job.id).length > 0 };
    this.#pass(scheduled, rows, first, look);
    const next = this.#waiting(scheduled.job.id)[0]?.dueAt;
    return { next, retry: this.#chosen(scheduled.job.id).length > 0 };
  }

  /** Rows whose time is still to come, or was not looked at yet. */
  #waiting(id: JobId): DueRun[] {
    const job = this.#jobs.get(id);
    const pending = job === undefined ? {} : pendingOf(job);
    return this.#jobs.listDue().filter((row) => row.job === id && !Object.hasOwn(pending, row.id));
  }

  /** Rows that were chosen to run and are not marked as started. */
  #chosen(id: JobId): DueRun[] {
    const job = this.#jobs.get(id);
    const pending = job === undefined ? {} : pendingOf(job);
    return this.#jobs.listDue().filter((row) => row.job === id && Object.hasOwn(pending, row.id));
  }

  /** Rows that were chosen to run and have no run yet, or no mark of it: a crash or a full disk came in between. */
  #settleStarted({ job: armed, config }: ScheduledJob, { now, reason }: Look, isFirst: boolean): void {
    const chosen = this.#chosen(armed.id);
    if (chosen.length === 0) return;
    const late = (row: DueRun): boolean =>
      isFirst &&
      config.missed === 'skip' &&
      row.dueAt < now - onTimeMs &&
      this.#deps.ports.store.runs.get(this.#deps.firing.runIdOf(row)) === undefined;
    const passed = chosen.filter(late);
    this.#jobs.putDue(passed.map((row) => ({ ...row, state: 'missed', reason, settledAt: now })));
    this.#deps.firing.firePending(
      armed.id,
      chosen.filter((row) => !passed.includes(row)),
    );
  }

  /** The clock went back, or may have: a time that comes sooner than the stored one, and has not run, is due. */
  #replan(scheduled: ScheduledJob, rows: readonly DueRun[], { now, wentBack, landed }: Look): DueRun[] {
    const { job, title } = scheduled;
    const from = wentBack ? landed : now;
    const next = this.nextFree(scheduled, from);
    const first = rows[0]?.dueAt;
    if (next === undefined || (first !== undefined && first <= next)) return [...rows];
    const current = this.#jobs.get(job.id) ?? job;
    const row = this.#deps.firing.scheduled(job, title, next, { state: 'due' });
    const dropped = rows.map((each) => ({
      ...each,
      state: 'dropped' as const,
      reason: 'The clock was set back; it comes again',
      settledAt: now,
    }));
    const jump = jumpOf(current);
    const isUndone = jump !== undefined && wentBack && from < jump.to;
    const accounted = isUndone ? Math.max(jump.from, from) : Math.max(handledTo(current), first === undefined ? from : first - 1);
    this.#jobs.putDue([...dropped, row], {
      ...current,
      state: { ...current.state, handledTo: accounted, ...(isUndone ? { jump: null } : {}) },
    });
    return [row];
  }

  #pass(scheduled: ScheduledJob, rows: readonly DueRun[], first: number, look: Look): void {
    const { config, schedule, title } = scheduled;
    const { now } = look;
    const job = this.#jobs.get(scheduled.job.id);
    if (job === undefined) return;
    const started = new Set([...this.#jobs.startedBetween(job.id, first, now), ...this.#chosen(job.id).map((row) => row.dueAt)]);
    const { times, hasMore } = openTimes(schedule, first, now, started);
    const stored = rows.filter((row) => row.dueAt <= now).map((row) => row.dueAt);
    const all = [...new Set([...stored, ...times])].sort((a, b) => a - b);
    const { run, missed } = catchUp(all, config.missed, now, handledTo(job), newestOf(started));
    const newest = run.at(-1);
    const next = this.nextFree(scheduled, now);
    const settled = this.#missedRows(scheduled, missed, newest, hasMore, look);
    const chosen = run.map((at) => this.#deps.firing.scheduled(job, title, at, { state: 'due' as const }));
    const ahead = next === undefined ? [] : [this.#deps.firing.scheduled(job, title, next, { state: 'due' as const })];
    const standsFor = missed.filter((each) => each.why === 'stands-for').length;
    const payloads = Object.fromEntries(
      run.map((at, index) => [dueIdAt(job.id, at), payloadOf(at, now, index === 0 && at < now - onTimeMs ? standsFor : 0)]),
    );
    this.#jobs.putDue([...settled, ...chosen, ...ahead], {
      ...job,
      state: {
        ...job.state,
        handledTo: Math.max(handledTo(job), now),
        pending: { ...pendingOf(job), ...payloads },
        ...(look.jump === undefined ? {} : { jump: [look.jump.from, look.jump.to] }),
      },
    });
    this.#deps.firing.firePending(job.id, chosen);
  }

  /** The newest thousand get a row each; those before them one together. */
  #missedRows({ job, title }: ScheduledJob, missed: CatchUp['missed'], newest: number | undefined, hasMore: boolean, look: Look): DueRun[] {
    const words = {
      rule: look.reason,
      'stands-for': `${look.reason}; the run due at ${newest === undefined ? 'a later time' : dateTime(newest)} stands for it`,
      'too-many': `${look.reason}; no more than ${maxCaughtUp} missed runs are caught up on`,
      'passed-before': 'The clock went over this time before, and went over it again without stopping there',
    };
    const kept = missed.slice(-maxCaughtUp);
    const settledAt = look.now;
    const rows = kept.map(({ at, why }) =>
      this.#deps.firing.scheduled(job, title, at, { state: 'missed' as const, reason: words[why], settledAt }),
    );
    const [oldest] = missed;
    const summary = missed.length > kept.length || hasMore ? oldest : undefined;
    if (summary !== undefined && summary.at !== kept[0]?.at)
      rows.push(
        this.#deps.firing.scheduled(job, title, summary.at, {
          state: 'missed',
          reason: `${words[summary.why]}; so were the times after it up to ${dateTime(kept[0]?.at ?? look.now)}`,
          settledAt,
        }),
      );
    return rows;
  }
}

/** There may be more than a call takes arguments. */
function newestOf(times: Iterable<number>): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) newest = Math.max(newest, time);
  return newest;
}

/** Most times that are worked out at one look. */
const mostLookedAt = 128_000;

/** Times that have not run, the newest `maxCaughtUp` at least where there are so many: those that ran may lie between them. */
function openTimes(schedule: Schedule, first: number, now: number, started: ReadonlySet<number>): { times: number[]; hasMore: boolean } {
  for (let limit = maxCaughtUp * 2; ; limit *= 4) {
    const { times, hasMore } = schedule.between(first, now, limit);
    const open = times.filter((time) => !started.has(time));
    if (!hasMore || open.length > maxCaughtUp || limit >= mostLookedAt) return { times: open, hasMore };
  }
}

const payloadOf = (dueAt: number, now: number, standsFor: number): JsonObject => ({
  dueAt: new Date(dueAt).toISOString(),
  lateMs: Math.max(0, now - dueAt),
  ...(standsFor === 0 ? {} : { standsFor }),
});
