// Before a run of a job reaches out of its graph: is that graph what the job's grant was given for, and before an agent works in it: is
// that agent? Where it is not, a person is asked, with what is different. It asks about each run by the graph that the run was made of,
// so that an edit in between changes nothing, and about an agent as it is when it begins.

import { AppError } from '../../../shared/errors.ts';
import type { AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { Grant, InboxRequest } from '../../../shared/model/grant.ts';
import type { AgentId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { oneLine } from './action-words.ts';
import { agentChanges, agentKey } from './agreed-agent.ts';
import { agreedAgentOf, agreedGraph, type GraphDeps, graphChanges } from './agreed-graph.ts';
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
  /** The agent that is to work in it, as the node names it. */
  agent?: string | undefined;
}

export type GraphGate = (step: GateStep) => Promise<void>;

/** Runs that are known to be agreed to; forgotten ones are looked at again. */
const maxKnown = 2000;
/** Runs of one job that were let go once. */
const maxOnce = 100;

/** Throws `denied`, `approval-expired`, `cancelled`. */
export function createGraphGate(deps: GateDeps): GraphGate {
  const { store, hash } = deps.ports;
  const passed = new Set<string>();
  const pass = (what: string): void => {
    passed.add(what);
    const oldest = passed.values().next();
    if (passed.size > maxKnown && oldest.done !== true) passed.delete(oldest.value);
  };

  return async (gate) => {
    const { run, agent } = gate;
    const found = unattended(deps.ports, run.id);
    if (!passed.has(run.id)) {
      const asked = found === undefined ? undefined : whatToAsk(deps, found, run.id);
      if (found !== undefined && asked !== undefined) await askFor(deps, gate, found, asked);
      pass(run.id);
    }
    if (agent === undefined || found === undefined) return;
    // It may be changed once more while the question waits: the answer is for what was shown.
    for (;;) {
      const now = agreedAgentOf({ agents: store.agents, hash }, agent);
      const known = onceFor(run.id, agentKey(agent), now);
      if (passed.has(known)) return;
      const asked = agentToAsk(deps, found, known, agent, now);
      if (asked !== undefined) await askFor(deps, gate, found, asked);
      pass(known);
    }
  };
}

/** What a yes for this once is kept under: of a run, or of an agent as it is, in that run. */
const onceFor = (run: RunId, key: string, { hash }: AgreedGraph): string => `${run} ${key} ${hash}`;

async function askFor(deps: GateDeps, { run, step, context }: GateStep, found: Unattended, asked: Asked): Promise<void> {
  const { store, clock } = deps.ports;
  const request = requestFor(deps, found, run.id, asked);
  const answer = await deps.inbox.ask({ run: run.id, step, title: run.title, job: found.job, request }, context);
  if (answer.kind !== 'approval' || answer.hash !== request.hash)
    throw new AppError('approval-mismatch', `The answer is for another ${asked.what} than this one.`, { hint: 'Run it again.' });
  deps.answered({ run, step, what: `the changed ${asked.what} of ${found.title}` }, answer.answer);
  if (answer.answer === 'deny')
    throw new AppError('denied', `You declined the changed ${asked.what} of ${found.title}.`, {
      hint: `Change the ${asked.what} back, or turn the job on again to agree to it as it is.`,
    });
  const job = store.jobs.get(found.job);
  if (job === undefined) return;
  const updatedAt = clock.now();
  if (answer.answer === 'always') store.jobs.put({ ...job, agreed: { ...job.agreed, [asked.key]: asked.now }, updatedAt });
  // Kept, so that later steps of this run do not ask, also after a restart.
  else store.jobs.put({ ...job, state: { ...job.state, agreedRuns: [...agreedRuns(job), asked.once].slice(-maxOnce) } });
}

interface Asked {
  what: 'workflow' | 'agent';
  /** Where what was agreed to is kept. */
  key: string;
  now: AgreedGraph;
  lines: string[];
  /** Of the workflow or the agent. */
  name: string;
  details: { label: string; text: string }[];
  /** A workflow that the job's own runs. */
  isCalled: boolean;
  /** The job was taken away while its run went. */
  isGone: boolean;
  /** How a yes for this once is kept. */
  once: string;
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
  const { document } = details;
  const now = agreedGraph({ registry, hash, workflows: store.workflows }, document);
  const lines = graphChanges(Object.hasOwn(agreed, workflow) ? agreed[workflow] : undefined, now, document);
  if (lines.length === 0) return undefined;
  const isCalled = job !== undefined && workflow !== job.workflow;
  return {
    ...{ what: 'workflow', key: workflow, now, lines, name: document.name, isCalled, isGone: job === undefined, once: run },
    details: detailsOf(now, lines, document),
  };
}

function agentToAsk({ ports }: GateDeps, { job: id }: Unattended, once: string, wanted: string, now: AgreedGraph): Asked | undefined {
  const job = ports.store.jobs.get(id);
  const agreed = job === undefined ? {} : job.agreed;
  if (agreed === undefined || (job !== undefined && agreedRuns(job).includes(once))) return undefined;
  const key = agentKey(wanted);
  const lines = agentChanges(Object.hasOwn(agreed, key) ? agreed[key] : undefined, now);
  if (lines.length === 0) return undefined;
  const { id: agent, name = wanted } = now.parts;
  const character = ports.store.agents.get(agent as AgentId)?.character ?? '';
  return {
    ...{ what: 'agent', key, now, lines, name: oneLine(name), isCalled: false, isGone: job === undefined, once },
    details: character === '' ? [] : [{ label: 'Character', text: character.slice(0, 20_000) }],
  };
}

function requestFor(
  { ports }: GateDeps,
  { job, title }: Unattended,
  run: RunId,
  { what, key, now, lines, name, details, isCalled, isGone }: Asked,
): Extract<InboxRequest, { kind: 'approval' }> {
  const args: JsonObject =
    what === 'workflow' ? { workflow: key, graph: now.hash, changes: lines } : { agent: key, is: now.hash, changes: lines };
  const whose =
    what === 'agent'
      ? `The agent ${name}, which works in ${title},`
      : isCalled
        ? `“${name}”, which ${title} runs,`
        : `The workflow of ${title}`;
  const always = `Agree to “${name}” as it is now: later runs of ${title} do not ask about it`;
  return {
    kind: 'approval',
    server: 'orrery' as never,
    tool: what === 'workflow' ? 'changed_workflow' : 'changed_agent',
    args,
    hash: ports.hash(canonicalJson({ ...args, job, run })),
    reason: isGone
      ? `The job ${title} is not there any more, and neither is what you agreed to.`
      : `${whose} is not what you gave its grant for.`,
    action: `Go on with the changed ${what} “${name}”`.slice(0, 300),
    preview: { kind: 'text', text: lines.join('\n') },
    details,
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
