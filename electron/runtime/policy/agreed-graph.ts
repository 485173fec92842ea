// What of a graph a grant was given for, and how another graph differs from it, in words. Where a node stands, what it is called, notes,
// pins and when a trigger fires are no part of it. Pure.

import type { Agreed, AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../shared/model/workflow.ts';
import type { Ports } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { oneLine } from './action-words.ts';
import { agentChanges, agentKey, agreedAgent, isAgentKey, noAgent, wantedOf } from './agreed-agent.ts';
import { canonicalJson } from './canonical.ts';

export interface GraphDeps {
  registry: Pick<NodeRegistry, 'get'>;
  hash: Ports['hash'];
  workflows: { get(id: never): (WorkflowDocument & { id?: string }) | undefined };
  /** Those that work in it are part of what is agreed to. */
  agents: Pick<Ports['store']['agents'], 'get' | 'list'>;
}

/** Powers with which a node reaches out of the graph. */
const reaching: ReadonlySet<string> = new Set(['files', 'net', 'tools', 'models', 'memory', 'workflows']);
/** No node is called so. */
const variablesPart = '~variables';
const callKind = 'flow.workflow';
const agentKind = 'model.agent';
/** Workflows behind a job's own: further ones are asked about when they run. */
const maxCalled = 200;

export function agreedGraph(deps: Omit<GraphDeps, 'agents'>, document: WorkflowDocument): AgreedGraph {
  const fed = new Map<string, string[]>();
  for (const { from, to } of document.edges) fed.set(to.node, [...(fed.get(to.node) ?? []), `${from.node}.${from.port}>${to.port}`]);
  const parts: [string, string][] = [];
  const does: [string, string][] = [];
  for (const node of document.nodes) {
    const type = deps.registry.get(node.kind);
    if (type?.control === 'note') continue;
    const { kind, version, config, retry, timeoutMs, onError, reuse = false } = node;
    const own = type?.control === 'trigger' ? { kind } : { kind, version, config, retry, timeoutMs, onError, reuse };
    parts.push([node.id, partOf(deps, { ...own, fed: (fed.get(node.id) ?? []).sort() })]);
    if (type === undefined || (type.needs as readonly string[]).some((need) => reaching.has(need)))
      does.push([node.id, wordsOf(deps, node, type?.title ?? node.kind)]);
  }
  const variables = document.variables ?? [];
  if (variables.length > 0) parts.push([variablesPart, partOf(deps, variables)]);
  const sorted = parts.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { hash: deps.hash(canonicalJson(sorted)), parts: Object.fromEntries(sorted), does: Object.fromEntries(does) };
}

/** 128 bits: nobody finds two graphs that look the same here, not even one who makes both. */
const partOf = ({ hash }: Pick<GraphDeps, 'hash'>, part: object): string => hash(canonicalJson(part as unknown as JsonValue)).slice(0, 32);

/** The graph of a job, those of the workflows that it runs, and the agents that work in them, as they are stored now. */
export function agreedGraphs(deps: GraphDeps, workflow: WorkflowDocument & { id: string }): Agreed {
  const found: Agreed = {};
  const agents: Agreed = {};
  const open: (WorkflowDocument & { id?: string })[] = [workflow];
  for (let next = open.pop(); next !== undefined && Object.keys(found).length <= maxCalled; next = open.pop()) {
    found[next.id ?? ''] = agreedGraph(deps, next);
    for (const wanted of agentsIn(next)) agents[agentKey(wanted)] ??= agreedAgentOf(deps, wanted);
    for (const { kind, config } of next.nodes) {
      const called = kind === callKind ? deps.workflows.get(config.workflow as never) : undefined;
      if (called !== undefined && !Object.hasOwn(found, called.id ?? '')) open.push(called);
    }
  }
  return { ...found, ...agents };
}

/** Those that its nodes name; one that data chooses is known only when it works. */
export const agentsIn = ({ nodes }: Pick<WorkflowDocument, 'nodes'>): string[] =>
  nodes.flatMap(({ kind, config: { agent } }) =>
    kind === agentKind && typeof agent === 'string' && agent !== '' && !agent.includes('{{') ? [agent] : [],
  );

/** By its id, else by its name, as a turn finds it (agent/run-task.ts). */
export function agreedAgentOf({ agents, hash }: Pick<GraphDeps, 'agents' | 'hash'>, wanted: string): AgreedGraph {
  const name = wanted.trim().toLowerCase();
  const found = agents.get(wanted as AgentId) ?? agents.list().find((each) => each.name.toLowerCase() === name);
  return found === undefined ? noAgent : agreedAgent(hash, found);
}

/** Of these keys those of agents, as they are now. */
export const agreedAgents = (deps: Pick<GraphDeps, 'agents' | 'hash'>, keys: readonly string[]): Agreed =>
  Object.fromEntries(keys.filter(isAgentKey).map((key) => [key, agreedAgentOf(deps, wantedOf(key))]));

/** All that was not agreed to, one thing a line. A graph or an agent that is there no more changes nothing. */
export function changesSince(
  before: Agreed | undefined,
  now: Agreed,
  documentOf: (workflow: string) => WorkflowDocument | undefined,
): string[] {
  return Object.entries(now).flatMap(([key, part]) => {
    const old = before !== undefined && Object.hasOwn(before, key) ? before[key] : undefined;
    if (isAgentKey(key)) return agentChanges(old, part);
    const document = documentOf(key);
    return document === undefined ? [] : graphChanges(old, part, document);
  });
}

/** With the agents that were not looked at yet when this was agreed to: those of graphs that are as they were are taken as they are found. */
export function withAgents(deps: GraphDeps, agreed: Agreed, workflow: WorkflowDocument & { id: string }): Agreed {
  const now = agreedGraphs(deps, workflow);
  const isSame = Object.entries(now).every(
    ([key, { hash }]) => isAgentKey(key) || (Object.hasOwn(agreed, key) && agreed[key]?.hash === hash),
  );
  const missing = Object.entries(now).filter(([key]) => isAgentKey(key) && !Object.hasOwn(agreed, key));
  return isSame && missing.length > 0 ? { ...agreed, ...Object.fromEntries(missing) } : agreed;
}

/** Steps that do nothing to the outside, by name. */
const mostNamed = 10;

/** What a graph does that was not agreed to, one thing a line; none when nothing has to be agreed to. What is left out needs no yes. */
export function graphChanges(before: AgreedGraph | undefined, now: AgreedGraph, document: WorkflowDocument): string[] {
  if (before?.hash === now.hash) return [];
  const lines: string[] = [];
  for (const [id, words] of Object.entries(now.does)) {
    const old = before !== undefined && Object.hasOwn(before.does, id) ? before.does[id] : undefined;
    if (old === undefined) lines.push(`It now also: ${words}`);
    else if (before?.parts[id] === now.parts[id]) continue;
    else if (old !== words) lines.push(`It now: ${words} (before: ${old})`);
    else lines.push(`It still ${words}, but what this is given or when it happens is different`);
  }
  if (Object.keys(now.does).length === 0) return [];
  const others = Object.keys({ ...before?.parts, ...now.parts }).filter((id) => isOther(id, before, now));
  // Steps that only fall away, with nothing else changed, leave less than what was agreed to.
  const isLess = others.every((id) => !Object.hasOwn(now.parts, id));
  if (before !== undefined && lines.length === 0 && isLess && Object.keys(before.parts).length > Object.keys(now.parts).length) return [];
  if (before !== undefined && others.length > 0) {
    const left = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
    lines.push(
      `${lines.length === 0 ? 'Changed' : 'Also changed'}: ${others.slice(0, mostNamed).map(titleIn(document)).join(', ')}${left}`,
    );
  }
  if (before !== undefined)
    for (const [id, words] of Object.entries(before.does)) if (!Object.hasOwn(now.parts, id)) lines.push(`It no longer: ${words}`);
  return lines;
}

const titleIn =
  ({ nodes }: WorkflowDocument) =>
  (id: string): string =>
    id === variablesPart ? 'its variables' : oneLine(nodes.find((node) => node.id === id)?.title ?? id);

const isOther = (id: string, before: AgreedGraph | undefined, now: AgreedGraph): boolean =>
  before?.parts[id] !== now.parts[id] && !Object.hasOwn(now.does, id) && !(before !== undefined && Object.hasOwn(before.does, id));

function wordsOf(deps: Pick<GraphDeps, 'workflows'>, { kind, config, title }: WorkflowNode, typeTitle: string): string {
  const text = (key: string): string => short(config[key]);
  switch (kind) {
    case 'data.write-file':
      return `writes the file ${text('path')}`;
    case 'data.read-file':
      return `reads the file ${text('path')}`;
    case 'data.list-folder':
      return `lists the folder ${text('path')}`;
    case 'tool.http-request':
      return `sends ${text('method')} to ${text('url')}`;
    case 'tool.call':
      return `calls ${text('server')}.${text('tool')} with ${short(config.args ?? {})}`;
    case 'memory.remember':
      return `remembers ${text('text')}`;
    case 'memory.recall':
      return 'reads memory';
    case 'model.agent':
      // Which one is known only then: whoever starts it may choose among all.
      return `lets ${text('agent').includes('{{') ? 'whichever agent its data names' : 'an agent'} work on: ${text('task')}`;
    case 'model.prompt':
      return `asks a model: ${text('prompt')}`;
    case callKind:
      return `runs the workflow “${deps.workflows.get(config.workflow as never)?.name ?? text('workflow')}”`;
    default:
      return `does “${short(title ?? nameIn(config) ?? typeTitle)}” (${typeof config.type === 'string' ? short(config.type) : typeTitle})`;
  }
}

const nameIn = ({ name }: JsonObject): string | undefined => (typeof name === 'string' && name !== '' ? name : undefined);

function short(value: JsonValue | undefined): string {
  const text = oneLine(typeof value === 'string' ? value : canonicalJson(value));
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
