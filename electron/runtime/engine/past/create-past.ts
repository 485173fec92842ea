// The engine's calls that look at earlier runs or take them up again: fork, replay, compare, one step's values. They only make
// new runs and read old ones; an old run is never changed.

import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunEvent, RunOrigin, RunSummary } from '../../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { canonicalJson } from '../../policy/canonical.ts';
import type { NewRun, Ports } from '../../ports.ts';
import type { Engine } from '../../services.ts';
import { cleanOutputs } from '../clean-output.ts';
import { checkInputs } from '../inputs.ts';
import { emptyJournal, type Journal, noteEvent, readJournal } from '../journal.ts';
import type { Plan } from '../plan-types.ts';
import { readStep } from '../step-view.ts';
import { type ComparedRun, compareRuns } from './compare.ts';
import { forkSeed } from './fork.ts';
import { Lineage } from './lineage.ts';
import { pinsOf } from './pins.ts';
import { Replay } from './replay.ts';
import { readRecording } from './replay-source.ts';
import { stepDetails } from './step-details.ts';

export interface PastDeps {
  ports: Pick<Ports, 'store' | 'hash' | 'clock' | 'ids' | 'vault'>;
  /** Throws `workflow-invalid`. */
  plan(document: WorkflowDocument): Plan;
  /** Throws when a workflow that it calls is missing or the calls never end. */
  checkCalls(document: WorkflowDocument, workflow: NewRun['workflow']): void;
  /** The plan if there is one: for looking only. */
  tryPlan(document: WorkflowDocument): Plan | undefined;
  /** Stores a new run with what it takes over, and lets it go. */
  admit(run: NewRun, plan: Plan, journal: Journal, seed?: readonly RunEvent[]): RunSummary;
}

export interface Past extends Pick<Engine, 'fork' | 'replay' | 'compare' | 'getStep'> {
  /** What answers the steps of a run that replays another one. Throws `run-not-found`. */
  replayFor(run: NewRun, plan: Plan, journal: Journal): Replay | undefined;
  /** A recorded child of a recorded run, once more as the child of a replay. */
  replayChild(id: RunId, recorded: RunId, origin: RunOrigin): RunSummary;
}

type GraphRun = NewRun & { document: WorkflowDocument };

export function createPast({ ports, plan: planOf, checkCalls, tryPlan, admit }: PastDeps): Past {
  const { store, hash, clock, ids } = ports;
  const { runs } = store;

  function mustGet(id: RunId, verb: string): GraphRun {
    const details = runs.getDetails(id);
    if (details === undefined) throw notFound();
    if (details.kind !== 'workflow' || details.document === undefined)
      throw new AppError('run-has-no-graph', `Only runs of workflows can be ${verb}; this is a turn of a conversation.`, {
        hint: 'In the conversation, edit the message and send it again.',
      });
    return { ...details, document: details.document };
  }

  function currentGraph(source: GraphRun): WorkflowDocument {
    const now = source.workflow === undefined ? undefined : store.workflows.get(source.workflow);
    if (now === undefined)
      throw new AppError('workflow-not-found', 'The workflow of this run is not stored any more, so there is no newer graph.', {
        hint: 'Fork it with the graph as it was.',
      });
    return now;
  }

  const fork: Engine['fork'] = async (id, request) => {
    const source = mustGet(id, 'forked');
    const document = request.useCurrent ? currentGraph(source) : source.document;
    const plan = planOf(document);
    checkCalls(document, source.workflow);
    pinsOf(plan, { kind: 'fork', run: id, by: request.by });
    const given = request.inputs ?? (request.useCurrent ? knownInputs(plan, source.inputs) : source.inputs);
    const { vars, folders } = checkInputs(plan, given);
    const at = clock.now();
    const outputs = request.outputs === undefined ? undefined : cleanOutputs(request.outputs, (text) => ports.vault.redact(text));
    await runs.flush();
    const seed = forkSeed(
      { run: id, document: source.document, events: runs.readEvents(id) },
      { document, plan, step: request.step, outputs, areInputsNew: canonicalJson(vars) !== canonicalJson(source.inputs), at },
    );
    const { grant } = source;
    const run: NewRun = {
      id: ids.next() as RunId,
      title: document.name,
      kind: 'workflow',
      ...(source.workflow === undefined ? {} : { workflow: source.workflow }),
      origin: { kind: 'fork', run: id, ...(request.step === undefined ? {} : { step: request.step }), by: request.by },
      startedAt: at,
      document,
      inputs: vars,
      // What the person gives now, besides what the run had that is taken up.
      grant: { ...grant, folders: [...new Set([...grant.folders, ...(request.inputs === undefined ? [] : folders)])] },
      ...(source.trigger === undefined ? {} : { trigger: source.trigger }),
      ...(request.stepThrough === true ? { mode: { stepThrough: true } } : {}),
    };
    const journal = emptyJournal(vars);
    for (const [index, event] of seed.entries()) noteEvent(journal, event, index + 2);
    return admit(run, plan, journal, seed);
  };

  function startReplay(id: RunId, recorded: RunId, origin: RunOrigin): RunSummary {
    const source = mustGet(recorded, 'replayed');
    const run: NewRun = {
      ...source,
      id,
      origin,
      startedAt: clock.now(),
      // Nothing of it reaches outside, so nothing needs to be granted.
      grant: { tools: [], folders: [] },
      mode: { replayOf: recorded },
    };
    return admit(run, planOf(source.document), emptyJournal(source.inputs));
  }

  function compared(id: RunId): ComparedRun {
    const run = runs.get(id);
    if (run === undefined) throw notFound();
    return { run, document: runs.getDetails(id)?.document, recording: readRecording(runs.readEvents(id)) };
  }

  return {
    fork,
    async replay(id, by) {
      mustGet(id, 'replayed');
      await runs.flush();
      return startReplay(ids.next() as RunId, id, { kind: 'replay', run: id, by });
    },
    async compare(left, right) {
      await runs.flush();
      return compareRuns(compared(left), compared(right), hash);
    },
    async getStep(id, step) {
      const details = runs.getDetails(id);
      if (details === undefined) throw notFound();
      const events = runs.readEvents(id);
      const plan = details.document === undefined ? undefined : tryPlan(details.document);
      const values = await readStep(plan, readJournal(events), step, (large) => runs.readLarge(large));
      return {
        ...values,
        ...stepDetails(
          events.map((each) => each.event),
          step,
        ),
      };
    },
    replayFor(run, plan, journal) {
      const source = run.mode?.replayOf;
      if (source === undefined) return undefined;
      const recording = readRecording(runs.readEvents(source));
      return new Replay({
        source,
        recording,
        plan,
        ended: [...journal.steps]
          .filter(([, record]) => record.outputs !== undefined || record.failure !== undefined)
          .map(([step]) => step),
        readLarge: (large) => runs.readLarge(large),
        hash,
        lineage: new Lineage({ runs, hash, run: source, steps: recording.journal.steps }),
      });
    },
    replayChild: startReplay,
  };
}

/** Of what an earlier graph was given, what this one asks for. */
function knownInputs(plan: Plan, inputs: Record<string, JsonValue>): Record<string, JsonValue> {
  const names = new Set(plan.nodes.filter((node) => node.type.kind === 'flow.input').map((node) => String(node.config.name)));
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.has(name)));
}

const notFound = (): AppError => new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });
