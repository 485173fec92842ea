// The engine: checks graphs, starts runs, cancels, and puts all aside when the host closes. Taking runs up is in take-up.ts, what a
// run does in live-run.ts and execute.ts, what nodes may use in powers.ts.

import { AppError, cancelled } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunOrigin, RunSummary } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NewRun, Ports } from '../ports.ts';
import type { Engine, NodeRegistry, RunHub, RunQueue, StartRun } from '../services.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import { runChild } from './child-runs.ts';
import { checkInputs, inputsFromText } from './inputs.ts';
import { emptyJournal, type Journal, readJournal } from './journal.ts';
import { LiveRun } from './live-run.ts';
import { createPast } from './past/create-past.ts';
import { pinsOf } from './past/pins.ts';
import { createReuse } from './past/reuse.ts';
import { checkConnection, planWorkflow } from './plan.ts';
import { createPlanCache } from './plan-cache.ts';
import type { Plan } from './plan-types.ts';
import type { PowerDeps } from './power-deps.ts';
import { makePowers } from './powers.ts';
import { RateLimits } from './rate-limits.ts';
import { documentOf, idOf, mustPlan } from './run-document.ts';
import { createRunEnds, isOver, notFound } from './run-ends.ts';
import { Session, type SessionDeps } from './session.ts';
import { createTakeUp } from './take-up.ts';
import { checkTrigger } from './triggers.ts';
import { type CallDeps, checkCalls, mustCall } from './workflow-calls.ts';

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
  /** Runs that a newer Orrery began. */
  const newer = new Set<RunId>();
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
    isHeldBack: (run) => runs.isHeldBack?.(run) === true,
    reuse: createReuse({ runs, hash: ports.hash, log: ports.log }),
  };
  const planned = (document: WorkflowDocument) => plans.find(document) ?? plans.put(document, mustPlan(document, registry));
  const planOf = (document: WorkflowDocument): Plan => planned(document).plan;

  const { waitForEnd } = createRunEnds({ runs, hub, live });
  const takeUp = createTakeUp({
    ports,
    hub,
    registry,
    queue,
    live,
    toStop,
    closing: closing.signal,
    planOf,
    launch,
    leftNewer: (id) => newer.add(id),
  });

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
      if (how === 'journal-failed') return takeUp.retryLater(id);
      toStop.delete(id);
    });
  }

  function startAs(id: RunId, request: StartRun, areTexts = false): RunSummary {
    if (closing.signal.aborted) throw new AppError('closing', 'Orrery is closing.', { hint: 'Start it again, then run the workflow.' });
    const { plan, document } = planned(request.document);
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
      document: documentOf(document),
      inputs: vars,
      // Only a person's own choice of a folder grants it; a child run lives from its parent's grant.
      grant: {
        tools: request.grant.tools,
        folders: [...new Set([...request.grant.folders, ...(isByPerson ? folders : [])])],
        ...(request.grant.hosts === undefined ? {} : { hosts: request.grant.hosts }),
      },
      ...(request.trigger === undefined ? {} : { trigger: request.trigger }),
      ...(request.agreed === undefined ? {} : { agreed: request.agreed }),
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
      queue.submit(place, () => takeUp.begin(id));
    } else {
      queue.enter(place);
      try {
        launch(run, plan, journal);
      } catch (error) {
        // It is stored: it ends like one that could not be taken up.
        queue.leave(id);
        takeUp.failToTakeUp(id, error, () => takeUp.resume(id));
      }
    }
    return summary;
  }

  /** A run that may be held or let go: it goes in this process. Throws `run-not-found`, `run-over`, `run-queued`. */
  function mustBeLive(id: RunId): LiveRun {
    const run = runs.get(id);
    if (run === undefined) throw notFound();
    if (isOver(run.status))
      throw new AppError('run-over', `Run ${run.number} is over.`, { hint: 'Run it again, or fork it to go on from one of its steps.' });
    if (run.kind === 'workflow' && run.status !== 'queued') takeUp.resume(id);
    const found = live.get(id);
    if (found !== undefined) return found;
    if (run.status === 'queued')
      throw new AppError('run-queued', `Run ${run.number} has not begun yet.`, {
        hint: 'Pause the queue to keep it from beginning, or stop it.',
      });
    throw new AppError('run-not-held', `Run ${run.number} cannot be paused.`, { hint: 'Only runs of workflows can; stop it instead.' });
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
        void takeUp.retryLater(id);
        throw stopNotKept();
      }
    }
    toStop.delete(id);
  }

  const children = {
    ports,
    startAs: (id: RunId, request: StartRun) => startAs(id, request, true),
    replayChild: (id: RunId, recorded: RunId, origin: RunOrigin) => past.replayChild(id, recorded, origin),
    ensureLive: takeUp.resume,
    waitForEnd,
    cancel,
    isClosing: () => closing.signal.aborted,
  };
  const past = createPast({
    ports,
    plan: planOf,
    checkCalls: (document, workflow) => mustCall(calls, document, workflow),
    tryPlan: (document) => plans.find(document)?.plan ?? planWorkflow(document, registry).plan,
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
    newerRuns: () => [...newer].flatMap((id) => runs.get(id) ?? []).filter((run) => !isOver(run.status)),
    resumeUnfinished() {
      // Those that went before have their places back first.
      const unfinished = runs.listUnfinished().filter((run) => run.kind === 'workflow');
      for (const run of unfinished)
        if (run.status !== 'queued') queue.enter({ id: run.id, workflow: run.workflow, priority: 0, at: run.startedAt });
      void takeUp.all(unfinished);
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

const stopNotKept = (): AppError =>
  new AppError('stop-not-kept', 'The run was stopped, but the disk does not keep that now.', {
    hint: 'It is kept as soon as the disk can be written again; leave Orrery open until then.',
  });
