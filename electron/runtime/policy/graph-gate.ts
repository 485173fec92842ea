// Before a run of a job, or one that a program began, reaches out of its graph: is that graph what was agreed to, and before an agent works
// in it: is that agent? Where it is not, a person is asked, with what is different. It asks about each run by the graph that the run was
// made of, so that an edit in between changes nothing, and about an agent as it is when it begins. What was not there when it was agreed to
// is asked about when it is taken up. Steps and runs within one run that come to the same change ask one question and wait for it together.

import { AppError } from '../../../shared/errors.ts';
import type { AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { Grant, InboxRequest } from '../../../shared/model/grant.ts';
import type { AgentId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { oneLine } from './action-words.ts';
import { agentChanges, agentKey } from './agreed-agent.ts';
import { agreedAgentOf, agreedGraph, type GraphDeps, graphChanges, graphDeps } from './agreed-graph.ts';
import { identityOf } from './agreed-trigger.ts';
import { type AskedThing, type Bound, type BoundDeps, boundOf, hashOfQuestion } from './bound-runs.ts';
import { canonicalJson } from './canonical.ts';

export interface GateDeps {
  ports: Pick<Ports, 'store' | 'hash' | 'clock'> & { vault: Pick<Ports['vault'], 'redact'> };
  registry: GraphDeps['registry'];
  inbox: Pick<Inbox, 'ask'>;
  grants: BoundDeps['grants'];
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

/** Throws `denied`, `approval-expired`, `cancelled`. */
export function createGraphGate(deps: GateDeps): GraphGate {
  const passed = new Set<string>();
  const pass = (what: string): void => {
    passed.add(what);
    const oldest = passed.values().next();
    if (passed.size > maxKnown && oldest.done !== true) passed.delete(oldest.value);
  };

  return async (gate) => {
    const { run, agent } = gate;
    if (!passed.has(run.id)) {
      const bound = boundOf(deps, run.id);
      const asked = bound === undefined ? undefined : whatToAsk(deps, bound, run.id);
      if (bound !== undefined && asked !== undefined) await askFor(deps, gate, bound, asked);
      pass(run.id);
    }
    if (agent === undefined) return;
    // It may be changed once more while the question waits: the answer is for what was shown.
    for (;;) {
      const now = agreedAgentOf(graphDeps(deps.ports, deps.registry), agent);
      const known = `${run.id} ${agentKey(agent)} ${now.hash}`;
      if (passed.has(known)) return;
      const bound = boundOf(deps, run.id);
      const asked = bound === undefined ? undefined : agentToAsk(deps, bound, { run: run.id, wanted: agent, now });
      if (bound !== undefined && asked !== undefined) await askFor(deps, gate, bound, asked);
      pass(known);
    }
  };
}

async function askFor(deps: GateDeps, { run, step, context }: GateStep, bound: Bound, asked: Asked): Promise<void> {
  const request = requestFor(deps, bound, asked);
  const job = bound.job === undefined ? {} : { job: bound.job };
  // In the run that all of it is a part of, a step of another run has a name that none of its own steps can have.
  const at =
    bound.root.id === run.id
      ? { run: run.id, step, title: run.title }
      : { run: bound.root.id, step: `${step}~agreed`, title: bound.root.title };
  const answer = await deps.inbox.ask({ ...at, ...job, request, isOfRun: true }, context);
  if (answer.kind !== 'approval' || answer.hash !== request.hash)
    throw new AppError('approval-mismatch', `The answer is for another ${asked.what} than this one.`, { hint: 'Run it again.' });
  deps.answered({ run, step, what: `the changed ${asked.what} of ${bound.title}` }, answer.answer);
  if (answer.answer === 'deny')
    throw new AppError('denied', `You declined the ${asked.isNew ? '' : 'changed '}${asked.what} “${asked.name}”, for ${bound.title}.`, {
      hint:
        bound.job === undefined
          ? `Change the ${asked.what} back, or call it again to agree to it as it is.`
          : `Change the ${asked.what} back, or turn the job on again to agree to it as it is.`,
    });
  bound.keep(answer.answer === 'always' ? 'always' : 'once', asked);
}

interface Asked extends AskedThing {
  what: 'workflow' | 'agent';
  lines: string[];
  /** Of the workflow or the agent. */
  name: string;
  details: { label: string; text: string }[];
  /** A workflow that the first one runs. */
  isCalled: boolean;
  /** Nothing of it was ever agreed to. */
  isNew: boolean;
}

/** Against what was agreed to before; undefined where one of them is the same, or does as much. */
function changesOf(
  { agreed }: Bound,
  key: string,
  changes: (before: AgreedGraph | undefined) => string[],
): { lines: string[]; isNew: boolean } | undefined {
  const before = agreed.map((each) => (Object.hasOwn(each, key) ? each[key] : undefined));
  const known = before.filter((each) => each !== undefined && each.hash !== '');
  const found = (known.length === 0 ? [undefined] : known).map(changes);
  return found.some((lines) => lines.length === 0) ? undefined : { lines: found[0] ?? [], isNew: known.length === 0 };
}

function whatToAsk({ ports, registry }: GateDeps, bound: Bound, run: RunId): Asked | undefined {
  const details = ports.store.runs.getDetails(run);
  // Nothing runs without a graph; and what cannot be compared is not let out.
  if (details?.document === undefined)
    throw new AppError('run-without-graph', 'The graph of this run is missing.', { hint: 'Run the workflow again.' });
  const key = details.workflow ?? '';
  const { document } = details;
  const now = agreedGraph(graphDeps(ports, registry), document);
  const is = identityOf(now, ports.hash);
  const changes = changesOf(bound, key, (before) => graphChanges(before, now, document));
  if (changes === undefined || bound.wasAllowed(run, { key, is })) return undefined;
  const isCalled = bound.workflow !== undefined && key !== bound.workflow;
  return {
    ...{ what: 'workflow', key, now, is, ...changes, name: oneLine(document.name), isCalled },
    details: detailsOf(ports, now, changes.lines, document),
  };
}

function agentToAsk(
  { ports }: GateDeps,
  bound: Bound,
  { run, wanted, now }: { run: RunId; wanted: string; now: AgreedGraph },
): Asked | undefined {
  const key = agentKey(wanted);
  const changes = changesOf(bound, key, (before) => agentChanges(before, now));
  if (changes === undefined || bound.wasAllowed(run, { key, is: now.hash })) return undefined;
  const { id: agent, name = wanted } = now.parts;
  const character = ports.vault.redact(ports.store.agents.get(agent as AgentId)?.character ?? '');
  return {
    ...{ what: 'agent', key, now, is: now.hash, ...changes, name: oneLine(name), isCalled: false },
    details: character === '' ? [] : [{ label: 'Character', text: character.slice(0, 20_000) }],
  };
}

function requestFor(
  { ports }: GateDeps,
  bound: Bound,
  { what, key, is, lines, name, details, isCalled, isNew }: Asked,
): Extract<InboxRequest, { kind: 'approval' }> {
  const args: JsonObject = what === 'workflow' ? { workflow: key, graph: is, changes: lines } : { agent: key, is, changes: lines };
  const { title } = bound;
  const whose =
    what === 'agent'
      ? `The agent ${name}, which works in ${title},`
      : isCalled
        ? `“${name}”, which ${title} runs,`
        : `The workflow of ${title}`;
  const always = bound.always(name);
  return {
    kind: 'approval',
    server: 'orrery' as never,
    tool: what === 'workflow' ? 'changed_workflow' : 'changed_agent',
    args,
    hash: hashOfQuestion(ports.hash, args, bound.root.id),
    reason: bound.why(whose, isNew),
    action: `Go on with the ${isNew ? '' : 'changed '}${what} “${name}”`.slice(0, 300),
    preview: { kind: 'text', text: lines.join('\n') },
    details,
    // None where nothing is left that could remember it.
    always: always === undefined ? [] : [always],
    choices: always === undefined ? [] : [{ id: 'exact', words: always.slice(0, 1000) }],
    undoable: false,
    undoWords: 'What it changes is in History, and most of it can be undone there.',
  };
}

/** The changed steps themselves, each as it is set up now. */
function detailsOf(
  { vault }: Pick<GateDeps['ports'], 'vault'>,
  { does }: AgreedGraph,
  lines: readonly string[],
  { nodes }: WorkflowDocument,
): { label: string; text: string }[] {
  const shown = nodes.filter(({ id }) => Object.hasOwn(does, id) && lines.some((line) => line.includes(does[id] ?? '\0')));
  return shown.slice(0, 50).map(({ id, title, kind, config }) => ({
    label: title ?? id,
    text: vault.redact(`${kind} ${canonicalJson(config)}`).slice(0, 4000),
  }));
}
