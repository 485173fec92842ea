// Takes runs up: those that an earlier life of the host left, those whose turn in the queue has come, and those that the disk had
// refused. A run that cannot be taken up ends with the reason, unless the trouble may pass.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunSummary } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NewRun, Ports } from '../ports.ts';
import type { NodeRegistry, RunHub, RunQueue } from '../services.ts';
import { isPassingTrouble, retryDiskMs } from '../util/passing-trouble.ts';
import { cleanUpsFor } from './clean-up.ts';
import { type Journal, readJournal } from './journal.ts';
import type { LiveRun } from './live-run.ts';
import { planWorkflow } from './plan.ts';
import type { Plan } from './plan-types.ts';
import { isOver } from './run-ends.ts';

/** Runs are taken up for so long before other work of the process has a turn, in milliseconds. */
const maxStretchMs = 8;

interface Deps {
  ports: Pick<Ports, 'store' | 'clock' | 'log'>;
  hub: RunHub;
  registry: Pick<NodeRegistry, 'get'>;
  queue: RunQueue;
  live: ReadonlyMap<RunId, LiveRun>;
  /** Asked to stop, and that is not on disk yet: such a run is never taken up again. */
  toStop: Set<RunId>;
  /** The host closes. */
  closing: AbortSignal;
  planOf(document: WorkflowDocument): Plan;
  /** A newer Orrery wrote it: it is left as it is, and people are told. */
  leftNewer(id: RunId): void;
  launch(run: NewRun, plan: Plan, journal: Journal): void;
}

export interface TakeUp {
  /** Takes a run up that has no turn to wait for: it went before, or another run waits for it. */
  resume(id: RunId): void;
  /** Its turn in the queue has come. */
  begin(id: RunId): void;
  /** The disk refused something of it: later, when it may take it. */
  retryLater(id: RunId): Promise<void>;
  failToTakeUp(id: RunId, error: unknown, again: () => void): void;
  /** What an earlier life of the host left. */
  all(unfinished: readonly RunSummary[]): Promise<void>;
}

export function createTakeUp({ ports, hub, registry, queue, live, toStop, closing, planOf, leftNewer, launch }: Deps): TakeUp {
  const { runs } = ports.store;

  /** The disk refused a row. Nothing is lost that was acknowledged, so the run goes on from its journal when it can. */
  async function retryLater(id: RunId, again: () => void = () => resume(id)): Promise<void> {
    ports.log.warn('A run was put aside: its journal could not be written or read', { run: id });
    try {
      await ports.clock.sleep(retryDiskMs, closing);
    } catch {
      return; // The host closes; the next start takes it up.
    }
    again();
  }

  /** Takes a run up that has no turn to wait for: it went before, or another run waits for it. */
  function resume(id: RunId): void {
    if (live.has(id) || closing.aborted) return;
    const run = runs.get(id);
    if (run === undefined || run.kind !== 'workflow' || isOver(run.status)) return;
    queue.enter({ id, workflow: run.workflow, priority: 0, at: run.startedAt });
    drive(id);
    if (!live.has(id)) queue.leave(id);
  }

  /** Its turn in the queue has come. */
  function begin(id: RunId): void {
    if (closing.aborted) return;
    const run = runs.get(id);
    if (run === undefined || isOver(run.status)) {
      queue.leave(id);
      return;
    }
    hub.record(id, { type: 'run-status', at: ports.clock.now(), status: 'running' }).then(undefined, (error: unknown) =>
      // Only what the list of runs shows is late: its steps are refused alike, and it is put aside by that.
      ports.log.warn('The beginning of a queued run could not be kept', { run: id, error: String(error) }),
    );
    drive(id);
    if (!live.has(id)) queue.leave(id);
  }

  /** A queued run of an earlier life of the host waits for its turn again. */
  function enqueue(id: RunId): void {
    try {
      if (runs.get(id)?.status !== 'queued') return; // stopped since the list was read
      const run = runs.getDetails(id);
      if (run === undefined || run.kind !== 'workflow') return;
      if (isOrphan(run)) {
        end(id, { status: 'cancelled' });
        return;
      }
      const { workflow, document, startedAt: at } = run;
      queue.submit({ id, workflow, priority: run.priority ?? document?.priority ?? 0, maxRuns: document?.maxRuns, at }, () => begin(id));
    } catch (error) {
      failToTakeUp(id, error, () => enqueue(id));
    }
  }

  function failToTakeUp(id: RunId, error: unknown, again: () => void): void {
    const known = toAppError(error);
    ports.log.error('A run could not be taken up', { run: id, code: known.code, error: known.message });
    // What the disk refuses now it may give later, and what a newer Orrery wrote that one can go on with: only what nothing
    // can mend ends the run.
    if (isPassingTrouble(known)) void retryLater(id, again);
    else if (known.code === 'journal-newer') leftNewer(id);
    else end(id, { status: 'failed', error: forkable(known).toJSON() });
  }

  function drive(id: RunId): void {
    try {
      const run = runs.getDetails(id);
      const journal = readJournal(runs.readEvents(id));
      if (run === undefined || run.kind !== 'workflow' || journal.end !== undefined) return;
      const isToStop = toStop.has(id) || isOrphan(run);
      if (isToStop && !cleansUp(run)) {
        end(id, { status: 'cancelled' });
        return;
      }
      if (run.document === undefined)
        throw new AppError('run-without-graph', 'The graph of this run is missing.', { hint: 'Run the workflow again.' });
      launch(run, planOf(run.document), journal);
      if (isToStop) void live.get(id)?.cancel();
    } catch (error) {
      failToTakeUp(id, error, () => resume(id));
    }
  }

  function cleansUp({ document }: NewRun): boolean {
    const plan = document === undefined ? undefined : planWorkflow(document, registry).plan;
    return plan !== undefined && cleanUpsFor(plan, { status: 'cancelled' }).length > 0;
  }

  /** Its parent was over before it was told to stop: nobody waits for what it does. */
  function isOrphan({ origin }: NewRun): boolean {
    const parent = origin.kind === 'sub-workflow' ? runs.get(origin.run) : undefined;
    return origin.kind === 'sub-workflow' && (parent === undefined || isOver(parent.status));
  }

  /** Ends a run that nothing here drives. */
  function end(id: RunId, how: Pick<Extract<RunEvent, { type: 'run-end' }>, 'status' | 'error'>): void {
    hub.record(id, { type: 'run-end', at: ports.clock.now(), ...how }).then(
      () => toStop.delete(id),
      (failure: unknown) => {
        ports.log.error('The end of a run could not be kept', { run: id, error: String(failure) });
        return retryLater(id);
      },
    );
  }

  /** One after the other, with turns for other work between them: a start must not wait until all journals are read. */
  async function all(unfinished: readonly RunSummary[]): Promise<void> {
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    await enqueueAll(
      unfinished.filter((run) => run.status === 'queued'),
      turn,
    );
    let since = ports.clock.now();
    for (const run of unfinished) {
      if (closing.aborted) return;
      if (run.status === 'queued') continue;
      resume(run.id);
      if (ports.clock.now() - since < maxStretchMs) continue;
      await turn();
      since = ports.clock.now();
    }
  }

  /** None of them goes before all are in line again, or the first ones would overtake those with a higher priority. */
  async function enqueueAll(queued: readonly RunSummary[], turn: () => Promise<void>): Promise<void> {
    if (queued.length === 0) return;
    const letGo = queue.suspend();
    try {
      for (const [index, run] of queued.entries()) {
        if (closing.aborted) return;
        enqueue(run.id);
        if (index % 20 === 19) await turn();
      }
    } finally {
      letGo();
    }
  }

  return { resume, begin, retryLater, failToTakeUp, all };
}

/** A node type changed under the run: nothing that it did is lost. */
const forkable = (error: AppError): AppError =>
  error.code !== 'workflow-invalid'
    ? error
    : new AppError(error.code, error.message, {
        hint: `${error.hint ?? ''} What this run did is kept: once that is mended, fork it and it goes on from there.`.trim(),
        ...(error.place === undefined ? {} : { place: error.place }),
        ...(error.details === undefined ? {} : { details: error.details }),
      });
