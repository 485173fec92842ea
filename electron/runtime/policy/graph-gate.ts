// Before a run of a job reaches out of its graph: is that graph what the job's grant was given for? Where it is not, a person is asked,
// with what is different. It asks about each run by the graph that the run was made of, so that an edit in between changes nothing.

import { AppError } from '../../../shared/errors.ts';
import type { Grant, InboxRequest } from '../../../shared/model/grant.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { AgreedGraph } from '../../../shared/model/job.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { agreedGraph, type GraphDeps, graphChanges } from './agreed-graph.ts';
import { canonicalJson } from './canonical.ts';
import { type Unattended, unattended } from './unattended.ts';

export interface GateDeps {
  ports: Pick<Ports, 'store' | 'hash' | 'clock'>;
  registry: GraphDeps['registry'];
  inbox: Pick<Inbox, 'ask'>;
  /** Told what the person said. */
  answered(asked: { run: GateStep['run']; step: string; what: string }, answer: string): void;
}

export interface GateStep {
  run: { id: RunId; title: string; grant: Grant };
  step: string;
  context: Pick<StepContext, 'signal' | 'waiting' | 'answered'>;
}

export type GraphGate = (step: GateStep) => Promise<void>;

/** Runs that are known to be agreed to; forgotten ones are looked at again. */
const maxKnown = 2000;
/** Runs of one job that were let go once. */
const maxOnce = 100;

/** Throws `denied`, `approval-expired`, `cancelled`. */
export function createGraphGate(deps: GateDeps): GraphGate {
  const { store, clock } = deps.ports;
  const passed = new Set<RunId>();
  const pass = (run: RunId): void => {
    passed.add(run);
    const oldest = passed.values().next();
    if (passed.size > maxKnown && oldest.done !== true) passed.delete(oldest.value);
  };

  return async ({ run, step, context }) => {
    if (passed.has(run.id)) return;
    const found = unattended(deps.ports, run.id);
    const asked = found === undefined ? undefined : whatToAsk(deps, found, run.id);
    if (found === undefined || asked === undefined) {
      pass(run.id);
      return;
    }
    const request = requestFor(deps, found, run.id, asked);
    const answer = await deps.inbox.ask({ run: run.id, step, title: run.title, job: found.job, request }, context);
    if (answer.kind !== 'approval' || answer.hash !== request.hash)
      throw new AppError('approval-mismatch', 'The answer is for another graph than this one.', { hint: 'Run it again.' });
    deps.answered({ run, step, what: `the changed workflow of ${found.title}` }, answer.answer);
    if (answer.answer === 'deny')
      throw new AppError('denied', `You declined the changed workflow of ${found.title}.`, {
        hint: 'Change the workflow back, or turn the job on again to agree to it as it is.',
      });
    const job = store.jobs.get(found.job);
    if (job !== undefined) {
      const updatedAt = clock.now();
      if (answer.answer === 'always') store.jobs.put({ ...job, agreed: { ...job.agreed, [asked.workflow]: asked.now }, updatedAt });
      // Kept, so that later steps of this run do not ask, also after a restart.
      else store.jobs.put({ ...job, state: { ...job.state, agreedRuns: [...agreedRuns(job), run.id].slice(-maxOnce) } });
    }
    pass(run.id);
  };
}

interface Asked {
  workflow: string;
  now: AgreedGraph;
  lines: string[];
  document: WorkflowDocument;
  isCalled: boolean;
  /** The job was taken away while its run went. */
  isGone: boolean;
}

function whatToAsk({ ports, registry }: GateDeps, { job: id }: Unattended, run: RunId): Asked | undefined {
  const { store, hash } = ports;
  const job = store.jobs.get(id);
  // A job from before graphs were agreed to is for the graph that it finds. With one that was taken away, what was agreed to is gone too.
  const agreed = job === undefined ? {} : job.agreed;
  if (agreed === undefined || (job !== undefined && agreedRuns(job).includes(run))) return undefined;
  const details = store.runs.getDetails(run);
  // Nothing runs without a graph; and what cannot be compared is not let out.
  if (details?.document === undefined)
    throw new AppError('run-without-graph', 'The graph of this run is missing.', { hint: 'Run the workflow again.' });
  const workflow = details.workflow ?? '';
  const now = agreedGraph({ registry, hash, workflows: store.workflows }, details.document);
  const lines = graphChanges(Object.hasOwn(agreed, workflow) ? agreed[workflow] : undefined, now, details.document);
  const { document } = details;
  return lines.length === 0
    ? undefined
    : { workflow, now, lines, document, isCalled: job !== undefined && workflow !== job.workflow, isGone: job === undefined };
}

function requestFor(
  { ports }: GateDeps,
  { job, title }: Unattended,
  run: RunId,
  { workflow, now, lines, document, isCalled, isGone }: Asked,
): Extract<InboxRequest, { kind: 'approval' }> {
  const args: JsonObject = { workflow, graph: now.hash, changes: lines };
  const name = isCalled ? `“${document.name}”, which ${title} runs,` : `The workflow of ${title}`;
  const always = `Agree to “${document.name}” as it is now: later runs of ${title} do not ask about it`;
  return {
    kind: 'approval',
    server: 'orrery' as never,
    tool: 'changed_workflow',
    args,
    hash: ports.hash(canonicalJson({ ...args, job, run })),
    reason: isGone
      ? `The job ${title} is not there any more, and neither is what you agreed to.`
      : `${name} is not what you gave its grant for.`,
    action: `Go on with the changed workflow “${document.name}”`.slice(0, 300),
    preview: { kind: 'text', text: lines.join('\n') },
    details: detailsOf(now, lines, document),
    // Nothing is left that could remember it.
    always: isGone ? [] : [always],
    choices: isGone ? [] : [{ id: 'exact', words: always.slice(0, 1000) }],
    undoable: false,
  };
}

/** The changed steps themselves, each as it is set up now. */
function detailsOf({ does }: AgreedGraph, lines: readonly string[], { nodes }: WorkflowDocument): { label: string; text: string }[] {
  const shown = nodes.filter(({ id }) => Object.hasOwn(does, id) && lines.some((line) => line.includes(does[id] ?? '\0')));
  return shown.slice(0, 50).map(({ id, title, kind, config }) => ({
    label: title ?? id,
    text: `${kind} ${canonicalJson(config)}`.slice(0, 4000),
  }));
}

function agreedRuns({ state }: StoredJob): string[] {
  const { agreedRuns: runs } = state;
  return Array.isArray(runs) ? runs.filter((each) => typeof each === 'string') : [];
}
