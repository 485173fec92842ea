// Which jobs are on and watched for, what each one's trigger says now, and why one cannot fire. It follows workflows as they are
// saved: a changed trigger is armed anew, and what was due by its old config is dropped.

import { AppError, type AppErrorShape, toAppError } from '../../../shared/errors.ts';
import type { JobId, WorkflowId } from '../../../shared/model/ids.ts';
import type { AgreedGraph } from '../../../shared/model/job.ts';
import { agreedAgents, agreedGraphs, changesSince, graphDeps, withAgents } from '../policy/agreed-graph.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import type { Firing } from './firing.ts';
import { mustBeSound, type ReadTrigger, readTrigger } from './read-trigger.ts';
import { anchorOf, type ScheduledJob, type ScheduleNodeConfig, type Schedules } from './schedule.source.ts';
import { readSchedule } from './schedule-times.ts';
import type { createSources } from './sources.ts';
import { handleOf } from './trigger-handle.ts';

interface ArmedDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'log' | 'hash' | 'files' | 'vault'>;
  registry: Pick<NodeRegistry, 'get'>;
  sources: ReturnType<typeof createSources>;
  schedules: Schedules;
  firing: Firing;
  changed(): void;
}

export type TriggerNow = { read: ReadTrigger; error?: AppErrorShape } | { read: undefined; error: AppErrorShape };

export class ArmedJobs {
  readonly #deps: ArmedDeps;
  readonly #stops = new Map<JobId, AbortController>();
  readonly #looks = new Map<JobId, Promise<void>>();
  readonly #scheduled = new Map<JobId, ScheduledJob>();
  readonly #reads = new Map<JobId, TriggerNow>();
  /** What its graph and those it runs are, worked out once for each reading. */
  readonly #graphs = new WeakMap<ReadTrigger, Record<string, AgreedGraph>>();
  /** From a source, and from the last start. */
  readonly #troubles = new Map<JobId, AppErrorShape>();
  readonly #failures = new Map<JobId, AppErrorShape>();

  constructor(deps: ArmedDeps) {
    this.#deps = deps;
  }

  get scheduled(): Iterable<ScheduledJob> {
    return this.#scheduled.values();
  }

  isScheduled(id: JobId): boolean {
    return this.#scheduled.has(id);
  }

  scheduleOf(id: JobId): ScheduledJob | undefined {
    return this.#scheduled.get(id);
  }

  /** What the job's trigger says now; kept until its workflow changes. */
  read(job: StoredJob): TriggerNow {
    const known = this.#reads.get(job.id);
    if (known !== undefined) return known;
    const now = this.#readAnew(job);
    this.#reads.set(job.id, now);
    return now;
  }

  #readAnew(job: StoredJob): TriggerNow {
    try {
      const read = this.#readTrigger(job);
      try {
        mustBeSound(read);
        return { read };
      } catch (error) {
        return { read, error: toAppError(error).toJSON() };
      }
    } catch (error) {
      return { read: undefined, error: toAppError(error).toJSON() };
    }
  }

  #readTrigger({ workflow, node }: StoredJob): ReadTrigger {
    const { ports, registry } = this.#deps;
    return readTrigger({ workflows: ports.store.workflows, registry, home: ports.files.home }, workflow, node);
  }

  troubleOf(job: StoredJob): AppErrorShape | undefined {
    const { halted } = job.state;
    if (halted !== null && halted !== undefined) return halted as unknown as AppErrorShape;
    const now = this.read(job);
    if (now.error !== undefined) return now.error;
    const source = now.read === undefined ? undefined : this.#deps.sources[now.read.trigger.source];
    return source?.trouble?.() ?? this.#troubles.get(job.id) ?? this.#failures.get(job.id);
  }

  /** Until what its trigger waits for is seen from now on, or it is told why not. */
  async watching(id: JobId): Promise<void> {
    await this.#looks.get(id);
  }

  noteStart(id: JobId, trouble: AppErrorShape | undefined): void {
    this.#note(this.#failures, id, trouble);
  }

  noteTrouble(id: JobId, trouble: AppErrorShape | undefined): void {
    this.#note(this.#troubles, id, trouble);
  }

  #note(troubles: Map<JobId, AppErrorShape>, id: JobId, trouble: AppErrorShape | undefined): void {
    const before = troubles.get(id);
    if (before?.code === trouble?.code && before?.message === trouble?.message) return;
    if (trouble === undefined) troubles.delete(id);
    else troubles.set(id, trouble);
    this.#deps.changed();
  }

  forget(id: JobId): void {
    this.disarm(id);
    this.#reads.delete(id);
  }

  disarm(id: JobId): void {
    this.#stops.get(id)?.abort();
    this.#stops.delete(id);
    this.#looks.delete(id);
    this.#scheduled.delete(id);
    this.#troubles.delete(id);
    this.#failures.delete(id);
  }

  disarmAll(): void {
    for (const id of [...new Set([...this.#stops.keys(), ...this.#scheduled.keys()])]) this.disarm(id);
  }

  /** `isLive`: this host starts jobs; elsewhere only what is due is kept in order. */
  arm(id: JobId, isLive: boolean): void {
    this.forget(id);
    const stored = this.#deps.ports.store.jobs.get(id);
    if (stored === undefined || !stored.isOn) return;
    const { read } = this.read(stored);
    const job = read === undefined ? stored : this.#withGraph(stored, read);
    if (read === undefined || (job.state.halted !== null && job.state.halted !== undefined)) return;
    // What was agreed to was another kind of start: a schedule must not become a reader of the clipboard by an edit.
    if (read.type.kind !== job.kind) {
      this.noteTrouble(id, otherKind(read).toJSON());
      return;
    }
    const current = this.#followConfig(job, read, isLive);
    if (read.trigger.source === 'schedule') this.#armSchedule(current, read);
    else if (isLive) this.#armSource(current, read);
  }

  /** A job from before graphs, or the agents in them, were agreed to: it is taken to be for those that it finds. */
  #withGraph(job: StoredJob, { workflow }: ReadTrigger): StoredJob {
    const { ports, registry } = this.#deps;
    const deps = graphDeps(ports, registry);
    const agreed = job.agreed === undefined ? agreedGraphs(deps, workflow) : withAgents(deps, job.agreed, workflow);
    if (agreed === job.agreed) return job;
    const next = { ...job, agreed };
    ports.store.jobs.put(next);
    return next;
  }

  /** What its workflow, those that it runs and the agents in them would do that its grant was not given for, in words. */
  changesOf(job: StoredJob): string[] {
    const { read } = this.read(job);
    if (read === undefined || job.agreed === undefined || !job.isOn) return [];
    const { ports, registry } = this.#deps;
    const { workflows } = ports.store;
    const deps = graphDeps(ports, registry);
    const graphs = this.#graphs.get(read) ?? agreedGraphs(deps, read.workflow);
    this.#graphs.set(read, graphs);
    // Agents change without their workflow: those are looked at each time.
    const now = { ...graphs, ...agreedAgents(deps, Object.keys(graphs)) };
    return changesSince(job.agreed, now, (id) => (id === job.workflow ? read.workflow : workflows.get(id as WorkflowId)));
  }

  /**
   * A changed config starts afresh; the address of a webhook stays. Another local time zone is no change of the config: what was due
   * by the old one while nobody was there is still missed. A command's own zone means nothing.
   */
  #followConfig(job: StoredJob, read: ReadTrigger, isLive: boolean): StoredJob {
    const { store, clock } = this.#deps.ports;
    const zone = localZone(read);
    const signature = signatureOf(read);
    const isSame = job.state.signature === signature;
    if (isSame && (job.state.zone === zone || !isLive)) return job;
    const now = clock.now();
    const source = this.#deps.sources[read.trigger.source];
    const { hook = null } = job.state;
    const state = isSame ? { ...job.state, zone } : { ...source.begin?.(read.config as never), hook, signature, zone };
    const next: StoredJob = { ...job, kind: read.type.kind, updatedAt: isSame ? job.updatedAt : now, state };
    const old = store.jobs.listDue().filter((row) => row.job === job.id && (!isSame || row.dueAt > now));
    const reason = isSame ? 'This computer’s time zone was changed' : 'The trigger was changed';
    store.jobs.putDue(
      old.map((row) => ({ ...row, state: 'dropped', reason, settledAt: now })),
      next,
    );
    return next;
  }

  #armSchedule(job: StoredJob, read: ReadTrigger): void {
    const { store, clock } = this.#deps.ports;
    try {
      const config = read.config as unknown as ScheduleNodeConfig;
      const schedule = readSchedule(config, config.mode === 'every' ? anchorOf(job) : clock.now());
      const scheduled: ScheduledJob = { job, title: read.workflow.name, config, schedule };
      const rows = store.jobs.listDue().filter((row) => row.job === job.id);
      if (rows.length === 0) this.#deps.schedules.rearm(scheduled, [], clock.now(), '');
      this.#scheduled.set(job.id, scheduled);
    } catch (error) {
      this.noteTrouble(job.id, toAppError(error).toJSON());
    }
  }

  #armSource(job: StoredJob, read: ReadTrigger): void {
    const stop = new AbortController();
    this.#stops.set(job.id, stop);
    const source = this.#deps.sources[read.trigger.source];
    try {
      const deps = {
        ...this.#deps,
        troubleOf: () => this.#troubles.get(job.id),
        trouble: (error: AppErrorShape | undefined) => this.noteTrouble(job.id, error),
        disarm: () => this.disarm(job.id),
      };
      const look = source.arm?.(handleOf(deps, job, read, stop.signal) as never, stop.signal);
      if (look !== undefined) this.#looks.set(job.id, look);
    } catch (error) {
      this.noteTrouble(job.id, toAppError(error).toJSON());
    }
  }
}

const otherKind = ({ type }: ReadTrigger): AppError =>
  new AppError('job-trigger-changed', `What starts this job is another kind of trigger now (${type.title}), so it does not start.`, {
    hint: 'Turn the job on again if that is what you want.',
  });

/** Two configs with one signature fire at the same things; the missed rule alone changes nothing that is due. */
function signatureOf({ type, config }: ReadTrigger): string {
  const { missed: _rule, ...rest } = config;
  return JSON.stringify([type.kind, rest]);
}

/** Where a schedule follows this computer's zone, which that is. */
const localZone = ({ config }: ReadTrigger): string =>
  config.mode === 'cron' && config.zone === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : '';
