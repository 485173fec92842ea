// The engine: checks graphs, starts runs, takes up unfinished ones, cancels, and puts all aside when the host closes. What a
// run does is in live-run.ts and execute.ts; what nodes may use is in powers.ts.

import { AppError, cancelled, toAppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent, RunOrigin, RunStatus, RunSummary } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NewRun, Ports } from '../ports.ts';
import type { Engine, NodeRegistry, RunHub, RunQueue, StartRun } from '../services.ts';
import { isPassingTrouble, retryDiskMs } from '../util/passing-trouble.ts';
import { runChild } from './child-runs.ts';
import { cleanUpsFor } from './clean-up.ts';
import { checkInputs, inputsFromText } from './inputs.ts';
import { emptyJournal, type Journal, readJournal } from './journal.ts';
import { LiveRun } from './live-run.ts';
import { createPast } from './past/create-past.ts';
import { readValue } from './past/large.ts';
import { pinsOf } from './past/pins.ts';
import { createReuse } from './past/reuse.ts';
import { checkConnection, planWorkflow } from './plan.ts';
import { createPlanCache } from './plan-cache.ts';
import type { Plan } from './plan-types.ts';
import { makePowers, type PowerDeps } from './powers.ts';
import { RateLimits } from './rate-limits.ts';
import { Session, type SessionDeps } from './session.ts';
import { checkTrigger } from './triggers.ts';
import { type CallDeps, checkCalls, mustCall } from './workflow-calls.ts';

/** Runs are taken up for so long before other work of the process has a turn, in milliseconds. */
const maxStretchMs = 8;

export interface EngineDeps extends Omit<PowerDeps, 'runChild' | 'ports'> {
  ports: Ports;
  hub: RunHub;
  registry: Pick<NodeRegistry, 'get'>;
  queue: RunQueue;
}

export function createEngine(deps: EngineDeps): Engine {
  const { ports, hub, registry, queue } = deps;
  const { runs } = ports.store;
  const live = new Map<RunId, LiveRun>();
  /** Asked to stop, and that is not on disk yet: such a run is never taken up again. */
  const toStop = new Set<RunId>();
  const closing = new AbortController();
  const rates = new RateLimits();
  const calls: CallDeps = { workflows: ports.store.workflows, registry };
  const plans = createPlanCache(registry);
  const sessionDeps: SessionDeps = {
    hub,
    clock: ports.clock,
    inbox: () => deps.inbox,
    redact: (text) => ports.vault.redact(text),
    readLarge: (hash) => runs.readLarge(hash),
    reuse: createReuse({ runs, hash: ports.hash, log: ports.log }),
  };
  const planOf = (document: WorkflowDocument): Plan => {
    const known = plans.get(document);
    if (known !== undefined) return known;
    const plan = mustPlan(document, registry);
    plans.put(document, plan);
    return plan;
  };

  let isAllHeld = queue.isPaused;
  const forgetQueue = queue.onChange(() => {
    if (queue.isPaused === isAllHeld) return;
    isAllHeld = queue.isPaused;
    for (const run of live.values()) run.noteHeldAll(isAllHeld);
  });

  function launch(run: NewRun, plan: Plan, journal: Journal): void {
    const { id, title, grant } = run;
    const liveRun = new LiveRun(sessionDeps, {
      id,
      title,
      grant,
      plan,
      journal,
      queue,
      vars: run.inputs,
      powers: (binding) => makePowers(powerDeps, binding),
      toolEffect: (server, tool) => deps.belt.effectOf(server, tool),
      rates: { limits: rates, key: run.workflow ?? run.title },
      trigger: run.trigger,
      // A run that is stepped through and was let go stays so after a restart.
      isHeld: journal.isPaused || (run.mode?.stepThrough === true && !journal.wasPaused),
      pins: pinsOf(plan, run.origin),
      replay: past.replayFor(run, plan, journal),
    });
    live.set(id, liveRun);
    void liveRun.ended.then((how) => {
      live.delete(id);
      queue.leave(id);
      if (how === 'journal-failed') return retryLater(id);
      toStop.delete(id);
    });
  }

  /** The disk refused a row. Nothing is lost that was acknowledged, so the run goes on from its journal when it can. */
  async function retryLater(id: RunId, again: () => void = () => resume(id)): Promise<void> {
    ports.log.warn('A run was put aside: its journal could not be written or read', { run: id });
    try {
      await ports.clock.sleep(retryDiskMs, closing.signal);
    } catch {
      return; // The host closes; the next start takes it up.
    }
    again();
  }

  /** Takes a run up that has no turn to wait for: it went before, or another run waits for it. */
  function resume(id: RunId): void {
    if (live.has(id) || closing.signal.aborted) return;
    const run = runs.get(id);
    if (run === undefined || run.kind !== 'workflow' || isOver(run.status)) return;
    queue.enter({ id, workflow: run.workflow, priority: 0, at: run.startedAt });
    drive(id);
    if (!live.has(id)) queue.leave(id);
  }

  /** Its turn in the queue has come. */
  function begin(id: RunId): void {
    if (closing.signal.aborted) return;
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
    else if (known.code !== 'journal-newer') end(id, { status: 'failed', error: forkable(known).toJSON() });
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

  function startAs(id: RunId, request: StartRun, areTexts = false): RunSummary {
    if (closing.signal.aborted) throw new AppError('closing', 'Orrery is closing.', { hint: 'Start it again, then run the workflow.' });
    const plan = planOf(request.document);
    pinsOf(plan, request.origin);
    mustCall(calls, request.document, request.workflow);
    checkTrigger(plan, request.trigger);
    const { vars, folders } = checkInputs(plan, areTexts ? inputsFromText(plan, request.inputs) : request.inputs);
    const isByPerson = request.origin.kind === 'manual' || request.origin.kind === 'chat' || request.origin.kind === 'fork';
    const run: NewRun = {
      id,
      title: request.document.name,
      kind: 'workflow',
      ...(request.workflow === undefined ? {} : { workflow: request.workflow }),
      origin: request.origin,
      startedAt: ports.clock.now(),
      document: documentOf(request.document),
      inputs: vars,
      // Only a person's own choice of a folder grants it; a child run lives from its parent's grant.
      grant: {
        tools: request.grant.tools,
        folders: [...new Set([...request.grant.folders, ...(isByPerson ? folders : [])])],
        ...(request.grant.hosts === undefined ? {} : { hosts: request.grant.hosts }),
      },
      ...(request.trigger === undefined ? {} : { trigger: request.trigger }),
      ...(request.priority === undefined ? {} : { priority: request.priority }),
      ...(request.mode === undefined ? {} : { mode: request.mode }),
    };
    return admit(run, plan, emptyJournal(vars));
  }

  /** Stores a new run and lets it go, at once or when its turn comes. Throws `queue-full`. */
  function admit(run: NewRun, plan: Plan, journal: Journal, seed?: readonly RunEvent[]): RunSummary {
    const { id, workflow, document } = run;
    const place = { id, workflow, priority: run.priority ?? document?.priority ?? 0, maxRuns: document?.maxRuns, at: run.startedAt };
    // Its parent waits for it and has a place already: if a child waited for another one, both could wait for ever.
    const isQueued = run.origin.kind !== 'sub-workflow' && !queue.hasRoom(place);
    const summary = hub.create(run, { isQueued, ...(seed === undefined ? {} : { seed }) });
    if (isQueued) {
      queue.submit(place, () => begin(id));
    } else {
      queue.enter(place);
      try {
        launch(run, plan, journal);
      } catch (error) {
        // It is stored: it ends like one that could not be taken up.
        queue.leave(id);
        failToTakeUp(id, error, () => resume(id));
      }
    }
    return summary;
  }

  async function waitForEnd(id: RunId, signal: AbortSignal): Promise<RunSummary & { outputs: Record<string, JsonValue> }> {
    const driven = live.get(id);
    // A new run that the disk refuses never was: that is what this throws.
    await runs.starting?.(id)?.durable;
    const summary = await untilOver(hub, (run) => runs.get(run), id, signal);
    // Read back only when this process did not see it end: a journal can be long.
    return { ...summary, outputs: driven?.outputs ?? (await keptOutputs(id)) };
  }

  async function keptOutputs(id: RunId): Promise<Record<string, JsonValue>> {
    const last = runs.readNewest(id, { events: 1, chars: 0 }).events.at(-1)?.event;
    const end = last?.type === 'run-end' ? last : undefined;
    const outputs = { ...end?.outputs };
    for (const [name, { hash }] of Object.entries(end?.large ?? {})) outputs[name] = await readValue(hash, sessionDeps.readLarge);
    return outputs;
  }

  /** A run that may be held or let go: it goes in this process. Throws `run-not-found`, `run-over`, `run-queued`. */
  function mustBeLive(id: RunId): LiveRun {
    const run = runs.get(id);
    if (run === undefined) throw notFound();
    if (isOver(run.status))
      throw new AppError('run-over', `Run ${run.number} is over.`, { hint: 'Run it again, or fork it to go on from one of its steps.' });
    if (run.kind === 'workflow' && run.status !== 'queued') resume(id);
    const found = live.get(id);
    if (found !== undefined) return found;
    if (run.status === 'queued')
      throw new AppError('run-queued', `Run ${run.number} has not begun yet.`, {
        hint: 'Pause the queue to keep it from beginning, or stop it.',
      });
    throw new AppError('run-not-held', `Run ${run.number} cannot be paused.`, { hint: 'Only runs of workflows can; stop it instead.' });
  }

  /** One after the other, with turns for other work between them: a start must not wait until all journals are read. */
  async function takeUp(unfinished: readonly RunSummary[]): Promise<void> {
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    await enqueueAll(
      unfinished.filter((run) => run.status === 'queued'),
      turn,
    );
    let since = ports.clock.now();
    for (const run of unfinished) {
      if (closing.signal.aborted) return;
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
        if (closing.signal.aborted) return;
        enqueue(run.id);
        if (index % 20 === 19) await turn();
      }
    } finally {
      letGo();
    }
  }

  async function cancel(id: RunId): Promise<void> {
    const run = runs.get(id);
    if (run === undefined) throw notFound();
    if (isOver(run.status)) return;
    if (run.kind === 'workflow') toStop.add(id);
    const running = live.get(id);
    if (running !== undefined) {
      if ((await running.cancel()) === 'journal-failed') throw stopNotKept();
    } else {
      queue.leave(id);
      try {
        await hub.record(id, { type: 'run-end', at: ports.clock.now(), status: 'cancelled' });
      } catch (error) {
        if (run.kind !== 'workflow' || !isPassingTrouble(error)) throw error;
        // It is in no line any more: its end is kept when the disk can be written again.
        void retryLater(id);
        throw stopNotKept();
      }
    }
    toStop.delete(id);
  }

  const children = {
    ports,
    startAs: (id: RunId, request: StartRun) => startAs(id, request, true),
    replayChild: (id: RunId, recorded: RunId, origin: RunOrigin) => past.replayChild(id, recorded, origin),
    ensureLive: resume,
    waitForEnd,
    cancel,
    isClosing: () => closing.signal.aborted,
  };
  const past = createPast({
    ports,
    plan: planOf,
    checkCalls: (document, workflow) => mustCall(calls, document, workflow),
    tryPlan: (document) => plans.get(document) ?? planWorkflow(document, registry).plan,
    admit,
  });
  const powerDeps: PowerDeps = { ...deps, runChild: (binding, workflow, inputs) => runChild(children, binding, workflow, inputs) };

  return {
    check: (document) => [...planWorkflow(document, registry).complaints, ...checkCalls(calls, document, idOf(document))],
    checkConnection: (document, from, to) => checkConnection(document, registry, from, to),
    start: (request) => startAs(request.id ?? (ports.ids.next() as RunId), request),
    cancel,
    progressOf: (id) => live.get(id)?.progress.now(),
    waitForEnd,
    resumeUnfinished() {
      // Those that went before have their places back first.
      const unfinished = runs.listUnfinished().filter((run) => run.kind === 'workflow');
      for (const run of unfinished)
        if (run.status !== 'queued') queue.enter({ id: run.id, workflow: run.workflow, priority: 0, at: run.startedAt });
      void takeUp(unfinished);
    },
    pause: async (id) => mustBeLive(id).pause(),
    resume: async (id) => mustBeLive(id).resume(),
    stepOnce: async (id, step) => mustBeLive(id).stepOnce(step),
    fork: past.fork,
    replay: past.replay,
    compare: past.compare,
    getStep: past.getStep,
    openSession: (run, options) => new Session(sessionDeps, { ...options, id: run, journal: readJournal(runs.readEvents(run)) }),
    async close() {
      forgetQueue();
      closing.abort(cancelled('Orrery is closing.'));
      await Promise.all([...live.values()].map((run) => run.putAside()));
      await runs.flush();
    },
  };
}

/** A stored workflow knows who it is, and so whether it runs itself. */
const idOf = (document: WorkflowDocument & { id?: string }): string | undefined => document.id;

function mustPlan(document: WorkflowDocument, registry: Pick<NodeRegistry, 'get'>): Plan {
  const { plan, complaints } = planWorkflow(document, registry);
  if (plan !== undefined) return plan;
  const first = complaints.find((complaint) => complaint.severity === 'error');
  const place = first?.node === undefined ? first?.edge : first.field === undefined ? first.node : `${first.node}.${first.field}`;
  throw new AppError('workflow-invalid', first?.message ?? 'The workflow cannot run.', {
    hint: first?.hint ?? 'Open it in the editor to see what is wrong.',
    ...(place === undefined ? {} : { place }),
    details: { complaints },
  });
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

/** A stored workflow has more than its document; the run keeps only the graph. */
function documentOf(document: WorkflowDocument): WorkflowDocument {
  const { format, formatVersion, name, description, variables, deadlineMs, priority, maxRuns, nodes, edges } = document;
  return {
    format,
    formatVersion,
    name,
    description,
    ...(variables === undefined ? {} : { variables }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(priority === undefined ? {} : { priority }),
    ...(maxRuns === undefined ? {} : { maxRuns }),
    nodes,
    edges,
  };
}

const stopNotKept = (): AppError =>
  new AppError('stop-not-kept', 'The run was stopped, but the disk does not keep that now.', {
    hint: 'It is kept as soon as the disk can be written again; leave Orrery open until then.',
  });

const notFound = (): AppError => new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });

const isOver = (status: RunStatus): boolean => status === 'done' || status === 'failed' || status === 'cancelled';

function untilOver(
  hub: Pick<RunHub, 'onChange'>,
  get: (id: RunId) => RunSummary | undefined,
  id: RunId,
  signal: AbortSignal,
): Promise<RunSummary> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      forget();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onAbort = (): void => settle(() => reject(cancelled()));
    const look = (run: RunSummary | undefined): void => {
      if (run === undefined) settle(() => reject(notFound()));
      else if (isOver(run.status)) settle(() => resolve(run));
    };
    const forget = hub.onChange((run) => {
      if (run.id === id) look(run);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look(get(id));
  });
}
