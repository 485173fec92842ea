// What of a graph a grant was given for, and how another graph differs from it, in words. Where a node stands, what it is called, notes,
// pins and when a trigger fires are no part of it; which folder, text or workflow it fires for is. Pure.

import type { Agreed, AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { AgentId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../shared/model/workflow.ts';
import type { Ports } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { oneLine } from './action-words.ts';
import { agentChanges, agentKey, agreedAgent, isAgentKey, noAgent, wantedOf } from './agreed-agent.ts';
import { changedFields, type FieldChange, type Fields, fieldLines, keptFields } from './agreed-fields.ts';
import { isSameGraph, isSamePart, startOf, startSettings } from './agreed-trigger.ts';
import { canonicalJson } from './canonical.ts';

export interface GraphDeps {
  registry: Pick<NodeRegistry, 'get'>;
  hash: Ports['hash'];
  /** Takes values of secrets out. */
  redact(text: string): string;
  workflows: { get(id: WorkflowId): (WorkflowDocument & { id?: string }) | undefined };
  /** Those that work in it are part of what is agreed to. */
  agents: Pick<Ports['store']['agents'], 'get' | 'list'>;
}

type GraphPorts = Pick<Ports, 'hash'> & { vault: Pick<Ports['vault'], 'redact'>; store: Pick<Ports['store'], 'workflows' | 'agents'> };

export const graphDeps = ({ hash, vault, store }: GraphPorts, registry: GraphDeps['registry']): GraphDeps => ({
  registry,
  hash,
  redact: (text) => vault.redact(text),
  workflows: store.workflows,
  agents: store.agents,
});

type AgentDeps = Pick<GraphDeps, 'agents' | 'hash' | 'redact'>;

/** Powers with which a node reaches out of the graph. */
const reaching: ReadonlySet<string> = new Set(['files', 'net', 'tools', 'models', 'memory', 'workflows']);
/** No node is called so. */
const variablesPart = '~variables';
const callKind = 'flow.workflow';
const agentKind = 'model.agent';
/** Workflows behind a job's own: further ones are asked about when they run. */
const maxCalled = 200;
/** Characters of fields that are kept of one graph. */
const maxSet = 100_000;

export function agreedGraph(deps: Omit<GraphDeps, 'agents'>, document: WorkflowDocument): AgreedGraph {
  const fed = new Map<string, string[]>();
  for (const { from, to } of document.edges) fed.set(to.node, [...(fed.get(to.node) ?? []), `${from.node}.${from.port}>${to.port}`]);
  const parts: [string, string][] = [];
  const does: [string, string][] = [];
  const set: Record<string, Fields> = {};
  const starts: Record<string, string> = {};
  let left = maxSet;
  const keep = (id: string, values: Parameters<typeof keptFields>[1]): void => {
    if (left <= 0) return;
    const fields = keptFields(deps, values);
    left -= Object.values(fields).reduce((sum, text) => sum + text.length, 0);
    set[id] = fields;
  };
  for (const node of document.nodes) {
    const type = deps.registry.get(node.kind);
    if (type?.control === 'note') continue;
    const { kind, version, config, retry, timeoutMs, onError, reuse = false } = node;
    const own = type?.control === 'trigger' ? { kind } : { kind, version, config, retry, timeoutMs, onError, reuse };
    const given = (fed.get(node.id) ?? []).sort();
    parts.push([node.id, partOf(deps, { ...own, fed: given })]);
    if (type?.control === 'trigger') {
      const config = startSettings(node, type);
      starts[node.id] = startOf(deps, node, type);
      keep(node.id, fieldsOf({ ...node, config }, type).slice(0, Object.keys(config).length));
    } else
      keep(node.id, [
        ...fieldsOf(node, type),
        ['What it is given', given.length === 0 ? undefined : given.join(), fedWords(document, node.id)],
      ]);
    if (type === undefined || (type.needs as readonly string[]).some((need) => reaching.has(need)))
      does.push([node.id, deps.redact(wordsOf(deps, node, type?.title ?? node.kind))]);
  }
  const variables = document.variables ?? [];
  if (variables.length > 0) {
    parts.push([variablesPart, partOf(deps, variables)]);
    keep(
      variablesPart,
      variables.map(({ name, ...variable }) => [name, variable.initial ?? null]),
    );
  }
  const sorted = parts.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { hash: deps.hash(canonicalJson(sorted)), parts: Object.fromEntries(sorted), does: Object.fromEntries(does), set, starts };
}

const fedWords = ({ nodes, edges }: WorkflowDocument, id: string): string => {
  const titles = new Map<string, string>(nodes.map((node) => [node.id, node.title ?? node.id]));
  const words = edges
    .filter(({ to }) => to.node === id)
    .map(({ from, to }) => `${to.port}: ${from.port} of ${titles.get(from.node) ?? from.node}`);
  return words.sort().join(', ');
};

/** By the names that stand on its page. */
function fieldsOf(node: WorkflowNode, type: ReturnType<GraphDeps['registry']['get']>): [string, JsonValue | undefined][] {
  const { config, version, retry, timeoutMs, onError, reuse = false } = node;
  const labelOf = (key: string): string => type?.fields.find((field) => field.key === key)?.label ?? key;
  return [
    ...Object.entries(config).map(([key, value]): [string, JsonValue | undefined] => [labelOf(key), value]),
    ['Version', version],
    ['Tries again', retry as JsonValue | undefined],
    ['Time limit in ms', timeoutMs],
    ['When it fails', onError as JsonValue | undefined],
    ['Takes outputs of earlier runs', reuse ? 'yes' : 'no'],
  ];
}
/** Those of a step that is new say nothing. */
const everyStepHas: ReadonlySet<string> = new Set(['Version', 'When it fails', 'Takes outputs of earlier runs', 'What it is given']);

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
      const called = kind === callKind ? deps.workflows.get(config.workflow as WorkflowId) : undefined;
      if (called !== undefined && !Object.hasOwn(found, called.id ?? '')) open.push(called);
    }
  }
  return { ...found, ...agents };
}

/** Those that its nodes name: an agent is never chosen by data. */
export const agentsIn = ({ nodes }: Pick<WorkflowDocument, 'nodes'>): string[] =>
  nodes.flatMap(({ kind, config: { agent } }) => (kind === agentKind && typeof agent === 'string' && agent !== '' ? [agent] : []));

/** By its id, else by its name, as a turn finds it (agent/run-task.ts). */
export function agreedAgentOf({ agents, ...deps }: AgentDeps, wanted: string): AgreedGraph {
  const name = wanted.trim().toLowerCase();
  const found = agents.get(wanted as AgentId) ?? agents.list().find((each) => each.name.toLowerCase() === name);
  return found === undefined ? noAgent : agreedAgent(deps, found);
}

/** Of these keys those of agents, as they are now. */
export const agreedAgents = (deps: AgentDeps, keys: readonly string[]): Agreed =>
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

/**
 * With what was not kept yet when this was agreed to: the agents of graphs that are as they were are taken as they are found, and so is
 * what the fields of those graphs hold, and what their triggers start with.
 */
export function withAgents(deps: GraphDeps, agreed: Agreed, workflow: WorkflowDocument & { id: string }): Agreed {
  const now = agreedGraphs(deps, workflow);
  const isSame = Object.entries(now).every(
    ([key, { hash }]) => isAgentKey(key) || (Object.hasOwn(agreed, key) && agreed[key]?.hash === hash),
  );
  const missing = Object.entries(now).filter(([key, { hash, set, starts }]) => {
    const known = Object.hasOwn(agreed, key) ? agreed[key] : undefined;
    if (known === undefined) return isAgentKey(key);
    const isMore = (known.set === undefined && set !== undefined) || (known.starts === undefined && starts !== undefined);
    return known.hash === hash && isMore;
  });
  return isSame && missing.length > 0 ? { ...agreed, ...Object.fromEntries(missing) } : agreed;
}

/** Steps that do nothing to the outside, by name. */
const mostNamed = 10;

/** What a graph does that was not agreed to, one thing a line; none when nothing has to be agreed to. What is left out needs no yes. */
export function graphChanges(before: AgreedGraph | undefined, now: AgreedGraph, document: WorkflowDocument): string[] {
  if (isSameGraph(before, now)) return [];
  const lines: string[] = [];
  const inside = (id: string): FieldChange[] =>
    changedFields(fieldsIn(before, id), fieldsIn(now, id)).filter(
      ({ label, before: old }) => old !== undefined || !everyStepHas.has(label),
    );
  for (const [id, words] of Object.entries(now.does)) {
    const old = before !== undefined && Object.hasOwn(before.does, id) ? before.does[id] : undefined;
    if (old === undefined) lines.push(`It now also: ${words}`);
    else if (before?.parts[id] === now.parts[id]) continue;
    else if (old !== words) lines.push(`It now: ${words} (before: ${old})`);
    else lines.push(`It still ${words}, but what this is given or when it happens is different`);
    if (old !== undefined) lines.push(...fieldLines(inside(id).filter(isNotIn(old, words))));
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
      ...others.slice(0, mostNamed).flatMap((id) => fieldLines(inside(id), id === variablesPart ? '' : titleIn(document)(id))),
    );
  }
  if (before !== undefined)
    for (const [id, words] of Object.entries(before.does)) if (!Object.hasOwn(now.does, id)) lines.push(`It no longer: ${words}`);
  return lines;
}

/** None of a step that is not there; undefined where they were not kept. */
const fieldsIn = (graph: AgreedGraph | undefined, id: string): Fields | undefined => {
  if (graph?.set === undefined) return undefined;
  return Object.hasOwn(graph.parts, id) ? graph.set[id] : {};
};

/** What the words for a step say of it whole needs no line of its own. */
const isNotIn =
  (old: string, words: string) =>
  ({ before, now }: FieldChange): boolean =>
    before === undefined ||
    now === undefined ||
    before.length < 2 ||
    now.length < 2 ||
    !(old.endsWith(` ${before}`) && words.endsWith(` ${now}`));

const titleIn =
  ({ nodes }: WorkflowDocument) =>
  (id: string): string =>
    id === variablesPart ? 'its variables' : oneLine(nodes.find((node) => node.id === id)?.title ?? id);

/** Different, and told by no line of its own. One that reached out and now makes up by itself what goes on to the others is among them. */
const isOther = (id: string, before: AgreedGraph | undefined, now: AgreedGraph): boolean =>
  !isSamePart(before, now, id) &&
  !Object.hasOwn(now.does, id) &&
  (Object.hasOwn(now.parts, id) || !(before !== undefined && Object.hasOwn(before.does, id)));

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
      return `lets an agent work on: ${text('task')}`;
    case 'model.prompt':
      return `asks a model: ${text('prompt')}`;
    case callKind:
      return `runs the workflow “${deps.workflows.get(config.workflow as WorkflowId)?.name ?? text('workflow')}”`;
    default:
      return `does “${short(title ?? nameIn(config) ?? typeTitle)}” (${typeof config.type === 'string' ? short(config.type) : typeTitle})`;
  }
}

const nameIn = ({ name }: JsonObject): string | undefined => (typeof name === 'string' && name !== '' ? name : undefined);

function short(value: JsonValue | undefined): string {
  const text = oneLine(typeof value === 'string' ? value : canonicalJson(value));
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
