// Jobs: turned on and off, listed, and started when they are due. One loop looks at the clock, at least every half minute, so that
// sleep and changes of the clock are noticed; what it does at each look is in schedule.source.ts.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { DueRun, Job } from '../../../shared/model/job.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Audit, Engine, Inbox, Jobs, NodeRegistry, RunHub } from '../services.ts';
import { Channel, watched } from '../util/channel.ts';
import { retryDiskMs } from '../util/passing-trouble.ts';
import { Absence, type Look } from './absence.ts';
import { ArmedJobs } from './armed-jobs.ts';
import { Firing, pendingOf } from './firing.ts';
import { webhookCalls } from './hooks.ts';
import { jobView } from './job-view.ts';
import { listNext } from './list-next.ts';
import { Schedules } from './schedule.source.ts';
import { createSources } from './sources.ts';
import { jobFor } from './turn-on.ts';

export interface JobsDeps {
  ports: Ports;
  registry: Pick<NodeRegistry, 'get'>;
  engine: Pick<Engine, 'start'>;
  hub: Pick<RunHub, 'onChange'>;
  inbox: Pick<Inbox, 'onChange'>;
  audit?: Pick<Audit, 'record'>;
}

export interface JobsService extends Jobs {
  /** A workflow was saved or removed. */
  workflowChanged(id: WorkflowId): void;
}

/** The longest time between two looks at the clock, in milliseconds. */
const longestWaitMs = 30_000;
/** How often it is kept that a host is here. */
const seenEveryMs = 60_000;
const listFrameMs = 100;
/** A job whose folder takes longer to look through is on all the same. */
const longestLookMs = 10_000;

export function createJobs(deps: JobsDeps): JobsService {
  const { ports, registry, hub } = deps;
  const { store, clock, log } = ports;
  const changes = new Channel<void>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    changes.send();
    for (const listener of listeners) listener();
  };
  const sources = createSources(deps);
  const firing = new Firing({
    ports,
    engine: deps.engine,
    audit: deps.audit,
    onStart: (id, trouble) => armed.noteStart(id, trouble?.toJSON()),
  });
  const schedules = new Schedules({ ports, firing });
  const armed: ArmedJobs = new ArmedJobs({ ports, registry, sources, schedules, firing, changed });
  const loop = new Loop({ ports, schedules, firing, armed, changed });
  const view = (job: StoredJob): Job => jobView({ ports, armed }, job);

  const must = (id: JobId): StoredJob => {
    const job = store.jobs.get(id);
    if (job === undefined) throw new AppError('job-not-found', 'That job is not there any more.', { hint: 'Reload the list of jobs.' });
    return job;
  };
  const titleOf = (job: StoredJob): string => store.workflows.get(job.workflow)?.name ?? job.id;
  const rearm = (id: JobId): void => {
    armed.arm(id, loop.isRunning);
    loop.wake();
    changed();
  };
  const dropDue = (job: StoredJob, reason: string, next: StoredJob): void => {
    const settledAt = clock.now();
    const rows = store.jobs.listDue().filter((row) => row.job === job.id);
    store.jobs.putDue(
      rows.map((row) => ({ ...row, state: 'dropped', reason, settledAt })),
      next,
    );
  };
  const stopFollowing = hub.onChange((run) => {
    if (run.origin.kind === 'job') changed();
  });

  return {
    list: (workflow) => store.jobs.list(workflow).map(view),
    get: (id) => view(must(id)),
    find: (id) => store.jobs.get(id),
    async turnOn(request) {
      const job = await jobFor({ ports, registry, sources }, request);
      store.jobs.put(job);
      rearm(job.id);
      // What comes right after a person was told that it is on is no file that was there before.
      const looked = new AbortController();
      await Promise.race([armed.watching(job.id), clock.sleep(longestLookMs, looked.signal).catch(() => undefined)]);
      looked.abort();
      return view(must(job.id));
    },
    async turnOff(id) {
      const job = must(id);
      armed.forget(id);
      dropDue(job, 'The job was turned off', { ...job, isOn: false, updatedAt: clock.now(), state: { hook: job.state.hook ?? null } });
      changed();
      return view(must(id));
    },
    async remove(id) {
      must(id);
      armed.forget(id);
      store.jobs.remove(id);
      changed();
    },
    runNow(id) {
      const job = must(id);
      const { read, error } = armed.read(job);
      if (read === undefined) throw new AppError(error.code, error.message, error);
      const payload = sources[read.trigger.source].sample(read.config as never, clock.now());
      const run = firing.begin(job, payload, { id: ports.ids.next() as RunId });
      firing.noteByHand(job, titleOf(job), run.id);
      changed();
      return run;
    },
    runMissed(id) {
      const row = store.jobs.getDue(id);
      if (row === undefined) throw new AppError('due-not-found', 'That missed run is not kept any more.', { hint: 'Reload the list.' });
      if (row.state !== 'missed')
        throw new AppError('due-not-missed', 'That one was not missed.', { hint: 'Use “Run now” to run the job once more.' });
      const job = must(row.job);
      const payload =
        pendingOf(job)[id] ??
        (job.kind === 'trigger.schedule'
          ? { dueAt: new Date(row.dueAt).toISOString(), lateMs: Math.max(0, clock.now() - row.dueAt) }
          : undefined);
      if (payload === undefined)
        throw new AppError('due-forgotten', 'What that one would have brought is not kept any more.', {
          hint: 'Run the job once now instead.',
        });
      const run = firing.startRun(job, payload, { id: firing.runIdOf(row), dueAt: row.dueAt });
      const reason = `${row.reason ?? 'Missed'}; started by hand later`;
      const { [id]: _brought, ...pending } = pendingOf(job);
      store.jobs.putDue([{ ...row, state: 'started', run, reason, settledAt: clock.now() }], { ...job, state: { ...job.state, pending } });
      changed();
      const summary = store.runs.get(run);
      if (summary === undefined)
        throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });
      return summary;
    },
    listNext: (filter) => listNext({ store, armed, schedules }, filter),
    listPast: (filter) => store.jobs.listPast(filter),
    watch: (signal) => watched(() => store.jobs.list().map(view), changes.follow(signal), listFrameMs),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...webhookCalls({ ports, armed, firing, must, changed }),
    workflowChanged(id) {
      const isThere = store.workflows.get(id) !== undefined;
      for (const job of store.jobs.list(id)) {
        if (isThere) rearm(job.id);
        else {
          armed.forget(job.id);
          store.jobs.remove(job.id);
          changed();
        }
      }
    },
    start() {
      // A command is there for its own work, not to start jobs; what came due meanwhile is caught up on by the next host that stays.
      const isLive = ports.host.info().host !== 'cli';
      if (isLive) loop.start();
      for (const job of store.jobs.list()) {
        try {
          armed.arm(job.id, isLive);
        } catch (error) {
          const known = toAppError(error);
          log.error('A job could not be made ready', { job: job.id, error: known.message });
          armed.noteTrouble(job.id, known.toJSON());
        }
      }
    },
    async close() {
      stopFollowing();
      armed.disarmAll();
      await loop.close();
      changes.end();
    },
  };
}

interface LoopDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'log'>;
  schedules: Schedules;
  firing: Firing;
  armed: ArmedJobs;
  changed(): void;
}

class Loop {
  readonly #deps: LoopDeps;
  readonly #closing = new AbortController();
  #sleeping: AbortController | undefined;
  #ended: Promise<void> | undefined;
  #seen = Number.NEGATIVE_INFINITY;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#ended !== undefined && !this.#closing.signal.aborted;
  }

  start(): void {
    this.#ended ??= this.#run();
  }

  /** Something changed: looks again at once. */
  wake(): void {
    this.#sleeping?.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.wake();
    await this.#ended;
    if (this.#ended !== undefined) this.#noteSeen(this.#deps.ports.clock.now(), true, true);
  }

  async #run(): Promise<void> {
    const { clock, store } = this.#deps.ports;
    const absence = new Absence(store.jobs.lastSeen());
    let waited = 0;
    // Jobs are made ready first, in the same turn as the start.
    await Promise.resolve();
    for (let isFirst = true; !this.#closing.signal.aborted; isFirst = false) {
      const now = clock.now();
      const look = absence.look(now, clock.uptime?.(), waited);
      const next = this.#look(look, isFirst);
      this.#noteSeen(now, isFirst || look.wentBack);
      waited = Math.min(longestWaitMs, Math.max(1, next - clock.now()));
      this.#sleeping = new AbortController();
      if (this.#closing.signal.aborted) return;
      await clock.sleep(waited, this.#sleeping.signal).catch(() => undefined);
    }
  }

  /** Gives when to look again. One job's trouble is not another's. */
  #look(look: Look, isFirst: boolean): number {
    const { ports, schedules, firing, armed } = this.#deps;
    const retryAt = look.now + retryDiskMs;
    let soonest = Number.POSITIVE_INFINITY;
    const each = (id: JobId, work: () => number | undefined): void => {
      try {
        soonest = Math.min(soonest, work() ?? Number.POSITIVE_INFINITY);
      } catch (error) {
        // A full disk, most likely: nothing was promised, so nothing is lost. It is looked at again soon.
        ports.log.error('What is due of a job could not be looked at', { job: id, error: String(error) });
        soonest = Math.min(soonest, retryAt);
      }
    };
    for (const scheduled of armed.scheduled)
      each(scheduled.job.id, () => {
        const before = scheduled.nextDueAt;
        const { next, retry } = schedules.process(scheduled, look, isFirst);
        scheduled.nextDueAt = next;
        if (next !== before) this.#deps.changed();
        return retry ? retryAt : next;
      });
    // Events whose run could not be stored when they came.
    for (const [id, rows] of Map.groupBy(this.#dueRows(), (row) => row.job))
      each(id, () => {
        const job = ports.store.jobs.get(id);
        if (job?.isOn !== true || job.kind === 'trigger.schedule') return undefined;
        firing.firePending(id, rows);
        this.#deps.changed();
        return retryAt;
      });
    return soonest;
  }

  #dueRows(): DueRun[] {
    try {
      return this.#deps.ports.store.jobs.listDue();
    } catch (error) {
      this.#deps.ports.log.error('What is due could not be read', { error: String(error) });
      return [];
    }
  }

  #noteSeen(now: number, isUrgent: boolean, isEnd = false): void {
    if (!isUrgent && Math.abs(now - this.#seen) < seenEveryMs) return;
    try {
      this.#deps.ports.store.jobs.noteSeen(now, isEnd);
      this.#seen = now;
    } catch (error) {
      this.#deps.ports.log.warn('It could not be kept that the host is here', { error: String(error) });
    }
  }
}
