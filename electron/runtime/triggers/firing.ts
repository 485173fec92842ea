// From something due to a run, so that a crash at any point neither loses nor doubles it: the row and what it brings are stored
// first, the run's id follows from the row, and a second run under the same id is refused by the store.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { DueId, JobId, RunId } from '../../../shared/model/ids.ts';
import type { DueRun } from '../../../shared/model/job.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { cleanOutputs } from '../engine/clean-output.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Audit, Engine } from '../services.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import type { TriggerEvent } from './trigger-source.ts';

export interface FiringDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'hash' | 'log' | 'vault'>;
  engine: Pick<Engine, 'start'>;
  audit?: Pick<Audit, 'record'> | undefined;
  /** Why a job's last start failed; undefined when it worked. */
  onStart(job: JobId, trouble: AppError | undefined): void;
}

/** Rows that are marked as started in one commit. */
const markTogether = 50;
/** While the queue is full, so many stay due; what comes beyond that is missed. */
const mostWaiting = 1000;
/** Missed events whose payload is kept, so that they can be run after all. */
const keptMissed = 100;

/** By the kind of the trigger, as the first half of a sentence. */
const startedBy: Readonly<Record<string, string>> = {
  'trigger.schedule': 'Its time had come',
  'trigger.files': 'Something changed in the folder that it watches',
  'trigger.webhook': 'Its webhook was called',
  'trigger.clipboard': 'Something was copied',
  'trigger.hotkey': 'Its keys were pressed',
  'trigger.run-finished': 'Another run had ended',
  'trigger.agent-event': 'An agent had done something',
  'trigger.app-start': 'Orrery was started',
};

export class Firing {
  readonly #deps: FiringDeps;

  constructor(deps: FiringDeps) {
    this.#deps = deps;
  }

  get #jobs() {
    return this.#deps.ports.store.jobs;
  }

  runIdOf(row: Pick<DueRun, 'id'>): RunId {
    return `j${this.#deps.ports.hash(`due ${row.id}`).slice(0, 24)}` as RunId;
  }

  /** A schedule's row: one for each job and time. */
  scheduled(job: StoredJob, title: string, dueAt: number, rest: Pick<DueRun, 'state'> & Partial<DueRun>): DueRun {
    return { id: dueIdAt(job.id, dueAt), job: job.id, title, dueAt, ...rest };
  }

  /** Stores the events with what the source remembers, then starts their runs. What was told before by its key is left out. */
  fire(id: JobId, title: string, events: readonly TriggerEvent[], state: JsonObject | undefined): DueRun[] {
    const job = this.#jobs.get(id);
    if (job === undefined || !job.isOn) return [];
    const now = this.#deps.ports.clock.now();
    const rows: DueRun[] = [];
    const payloads: Record<string, JsonValue> = {};
    let last = Number.NEGATIVE_INFINITY;
    for (const event of events) {
      const keyed = event.key === undefined ? undefined : this.#keyedId(id, event.key);
      if (keyed !== undefined && this.#jobs.getDue(keyed) !== undefined) continue;
      const dueAt = this.#freeTime(id, Math.max(event.at ?? now, last + 1));
      last = dueAt;
      const due = keyed ?? dueIdAt(id, dueAt);
      const settled =
        event.missed === undefined ? { state: 'due' as const } : { state: 'missed' as const, reason: event.missed, settledAt: now };
      rows.push({ id: due, job: id, title, dueAt, ...settled });
      payloads[due] = cleanOutputs({ payload: event.payload }, (text) => this.#deps.ports.vault.redact(text)).payload ?? null;
    }
    const pending = boundMissed(
      { ...pendingOf(job), ...payloads },
      new Set(rows.filter((row) => row.state === 'due').map((row) => row.id)),
    );
    this.#jobs.putDue(rows, { ...job, state: { ...job.state, ...state, pending } });
    const due = rows.filter((row) => row.state === 'due');
    this.firePending(id, due);
    return due.map((row) => this.#jobs.getDue(row.id) ?? row);
  }

  /** Starts rows that are stored with what they bring. Those that the disk refuses now, or whose mark it refuses, stay due. */
  firePending(id: JobId, rows: readonly DueRun[]): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const pending = pendingOf(job);
    let done: DueRun[] = [];
    for (const row of rows) {
      const settled = this.#start(job, row, pending[row.id] ?? null);
      if (settled === 'later') break;
      done.push(settled);
      if (done.length < markTogether) continue;
      if (!this.#mark(id, done)) return;
      done = [];
    }
    this.#mark(id, done);
  }

  #mark(id: JobId, done: readonly DueRun[]): boolean {
    const job = this.#jobs.get(id);
    if (job === undefined || done.length === 0) return true;
    const pending = { ...pendingOf(job) };
    for (const row of done) if (row.state === 'started') delete pending[row.id];
    try {
      this.#jobs.putDue(done, { ...job, state: { ...job.state, pending } });
      return true;
    } catch (error) {
      if (!isPassingTrouble(error)) throw error;
      this.#deps.ports.log.warn('It could not be kept that due runs have started', { job: id, error: String(error) });
      return false;
    }
  }

  #start(job: StoredJob, row: DueRun, payload: JsonValue): DueRun | 'later' {
    const settledAt = this.#deps.ports.clock.now();
    try {
      const run = this.startRun(job, payload, { id: this.runIdOf(row), dueAt: row.dueAt, byItself: true });
      this.#deps.onStart(job.id, undefined);
      return { ...row, state: 'started', run, settledAt };
    } catch (error) {
      const known = toAppError(error);
      const waitsForRoom = known.code === 'queue-full' && Object.keys(pendingOf(job)).length <= mostWaiting;
      if (isPassingTrouble(known) || known.code === 'closing' || waitsForRoom) {
        this.#deps.ports.log.warn('A due run waits: it cannot be stored now', { job: job.id, due: row.id, code: known.code });
        return 'later';
      }
      this.#deps.onStart(job.id, known);
      return { ...row, state: 'missed', reason: `It could not start: ${known.message}`, settledAt };
    }
  }

  /** Gives the run's id, also when it was started before under this id. */
  startRun(job: StoredJob, payload: JsonValue, { id, dueAt, byItself }: { id: RunId; dueAt?: number; byItself?: true }): RunId {
    const { store } = this.#deps.ports;
    if (store.runs.get(id) !== undefined) return id;
    const run = this.begin(job, payload, { id, ...(dueAt === undefined ? {} : { dueAt }) });
    // What a person starts by hand is told by their call.
    if (byItself === true) this.#tellStart(job, run);
    return run.id;
  }

  #tellStart(job: StoredJob, run: RunSummary): void {
    this.#deps.audit?.record({
      ...{ kind: 'change', actor: { kind: 'job', id: job.id, name: run.title }, what: `run:${run.id}`, outcome: 'done', run: run.id },
      reason: `${startedBy[job.kind] ?? 'Its trigger fired'}, so the job started run ${run.number} of ${run.title} under its grant.`,
      details: {
        job: job.id,
        wayBack: 'Stop it on its page, and turn the job off if it should not start. What it changed is undone there.',
      },
    });
  }

  /** Throws `workflow-not-found` and whatever the engine refuses. */
  begin(job: StoredJob, payload: JsonValue, { id, dueAt }: { id: RunId; dueAt?: number }): RunSummary {
    const workflow = this.#deps.ports.store.workflows.get(job.workflow);
    if (workflow === undefined)
      throw new AppError('workflow-not-found', 'The workflow of this job is not there any more.', { hint: 'Remove the job.' });
    return this.#deps.engine.start({
      id,
      document: workflow,
      workflow: workflow.id,
      inputs: job.inputs,
      origin: { kind: 'job', job: job.id, ...(dueAt === undefined ? {} : { dueAt }) },
      grant: job.grant,
      trigger: { node: job.node, payload },
      ...(workflow.priority === undefined ? {} : { priority: workflow.priority }),
    });
  }

  /** A row for what a person started by hand, so that the list of what ran is whole. */
  noteByHand(job: StoredJob, title: string, run: RunId): void {
    const now = this.#deps.ports.clock.now();
    // Schedules are due at whole seconds: their rows are left free.
    const dueAt = this.#freeTime(job.id, now % 1000 === 0 ? now + 1 : now);
    this.#jobs.putDue([
      { id: dueIdAt(job.id, dueAt), job: job.id, title, dueAt, state: 'started', reason: 'Started by hand', run, settledAt: now },
    ]);
  }

  #keyedId(job: JobId, key: string): DueId {
    return `${job}.k${this.#deps.ports.hash(key).slice(0, 20)}` as DueId;
  }

  /** One (job, time) is one row, and two events can come in one millisecond. */
  #freeTime(job: JobId, wanted: number): number {
    let at = Math.round(wanted);
    for (;;) {
      const [row] = this.#jobs.listPast({ job, state: ['due', 'started', 'missed', 'dropped'], before: at + 1, limit: 1 });
      if (row?.dueAt !== at) return at;
      at += 1;
    }
  }
}

export const dueIdAt = (job: JobId, dueAt: number): DueId => `${job}.${dueAt < 0 ? `n${-dueAt}` : dueAt}` as DueId;

/** What stored rows bring, by due id. */
export function pendingOf(job: StoredJob): Record<string, JsonValue> {
  const { pending } = job.state;
  return pending !== null && typeof pending === 'object' && !Array.isArray(pending) && pending !== undefined ? pending : {};
}

/** All that are due, and the newest of those that were missed. */
function boundMissed(pending: Record<string, JsonValue>, due: ReadonlySet<string>): Record<string, JsonValue> {
  const entries = Object.entries(pending);
  const spare = entries.length - due.size - keptMissed;
  let left = Math.max(0, spare);
  return Object.fromEntries(entries.filter(([id]) => due.has(id) || left-- <= 0));
}
