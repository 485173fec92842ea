// What an n8n graph needs: may each node become a step of its own, or does n8n's own order have to drive the whole?

import type { N8nNode, N8nWorkflow } from './types.ts';

const stepNames =
  /\$\(\s*(["'`])((?:(?!\1)[^\\]|\\.)*)\1\s*\)|\$node\s*\[\s*(["'])((?:(?!\3)[^\\]|\\.)*)\3\s*\]|\$node\.([A-Za-z_]\w*)|\$items\(\s*(["'])((?:(?!\6)[^\\]|\\.)*)\6/g;
const mentions = /\$\(|\$node\b|\$items\b|\$item\b|\$prevNode\b|\$input\s*\.\s*(?:params|context)/;

export interface References {
  mentionsSteps: boolean;
  names: Set<string>;
}

const known = new WeakMap<N8nNode, References>();

export function referencesOf(node: N8nNode): References {
  const cached = known.get(node);
  if (cached !== undefined) return cached;
  const names = new Set<string>();
  let mentionsSteps = false;
  const stack: unknown[] = [node.parameters];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (typeof at === 'string') {
      if (!at.includes('$') || !mentions.test(at)) continue;
      mentionsSteps = true;
      for (const match of at.matchAll(stepNames)) names.add((match[2] ?? match[4] ?? match[5] ?? match[7] ?? '').replace(/\\(.)/g, '$1'));
    } else if (at !== null && typeof at === 'object') stack.push(...Object.values(at));
  }
  const references = { mentionsSteps, names };
  known.set(node, references);
  return references;
}

/** What steps may take along of the parameters of those before them, in UTF-16 units of JSON. */
const maxTaken = 4_000_000;

export function canBeSteps(workflow: N8nWorkflow): boolean {
  if (hasCycle(workflow)) return false;
  const ways = new Map<string, number>();
  let hasSeveral = false;
  for (const outputs of workflow.connections.values())
    for (const { node, index } of outputs.flat()) {
      ways.set(node, (ways.get(node) ?? 0) + 1);
      hasSeveral ||= index > 0 || (ways.get(node) ?? 0) > 1;
    }
  // In the older order what meets somewhere is decided by breadth, and inputs are forced.
  if (hasSeveral && workflow.settings.executionOrder !== 'v1') return false;
  // Each that names others carries a list of those before it: in a huge graph the whole runs as one instead.
  const naming = workflow.nodes.filter((node) => referencesOf(node).mentionsSteps);
  // Whether another branch that leads here too has run yet, only the order tells.
  if (hasSeveral && naming.some((node) => JSON.stringify(node.parameters).includes('isExecuted'))) return false;
  if (naming.length * workflow.nodes.length > 500_000) return false;
  const taking = naming.filter((node) => JSON.stringify(node.parameters).includes('.params'));
  if (taking.length > 0 && taking.length * JSON.stringify(workflow.nodes.map((node) => node.parameters)).length > maxTaken) return false;
  return naming.every((node) => namesOnlyAncestors(workflow, node));
}

/** A name that is no ancestor's may or may not have run, which only the order tells. */
function namesOnlyAncestors(workflow: N8nWorkflow, node: N8nNode): boolean {
  const { names } = referencesOf(node);
  if (names.size === 0) return true;
  const before = ancestorsOf(workflow, node.name);
  const all = new Set(workflow.nodes.map((each) => each.name));
  return [...names].every((name) => before.has(name) || !all.has(name));
}

export function ancestorsOf(workflow: N8nWorkflow, name: string): Set<string> {
  const incoming = incomingOf(workflow);
  const found = new Set<string>();
  const queue = [name];
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const from of incoming.get(at) ?? [])
      if (!found.has(from)) {
        found.add(from);
        queue.push(from);
      }
  return found;
}

const answerable = /^(?:n8n-nodes-base\.(?:webhook|formTrigger|wait)|@n8n\/n8n-nodes-langchain\.chatTrigger)$/;

/** Whether a node before this one waits for an answer, as Respond to Webhook wants it. */
export function webhookLeadsTo(workflow: N8nWorkflow, name: string): boolean {
  const before = ancestorsOf(workflow, name);
  return workflow.nodes.some((node) => before.has(node.name) && answerable.test(node.type));
}

const waysCache = new WeakMap<N8nWorkflow, Map<string, { from: string; output: number }[]>>();

/** What leads into each node, by input. */
function waysInto(workflow: N8nWorkflow): Map<string, { from: string; output: number }[]> {
  const known = waysCache.get(workflow);
  if (known !== undefined) return known;
  const found = new Map<string, { from: string; output: number; index: number }[]>();
  for (const [from, outputs] of workflow.connections)
    outputs.forEach((targets, output) => {
      for (const { node, index } of targets) {
        const list = found.get(node);
        if (list === undefined) found.set(node, [{ from, output, index }]);
        else list.push({ from, output, index });
      }
    });
  for (const list of found.values()) list.sort((one, other) => one.index - other.index);
  waysCache.set(workflow, found);
  return found;
}

/** By every node before this one: which of its outputs leads here, the nearest way first, as n8n looks for it. */
export function nearestWays(workflow: N8nWorkflow, name: string): Map<string, number> {
  const ways = waysInto(workflow);
  const nearest = new Map<string, number>();
  const seen = new Set([name]);
  const queue = [name];
  for (let next = 0; next < queue.length; next += 1)
    for (const { from, output } of ways.get(queue[next] as string) ?? []) {
      if (!nearest.has(from)) nearest.set(from, output);
      if (seen.has(from)) continue;
      seen.add(from);
      queue.push(from);
    }
  return nearest;
}

const incomingCache = new WeakMap<N8nWorkflow, Map<string, string[]>>();

export function incomingOf(workflow: N8nWorkflow): Map<string, string[]> {
  const cached = incomingCache.get(workflow);
  if (cached !== undefined) return cached;
  const incoming = new Map<string, string[]>();
  for (const [from, outputs] of workflow.connections)
    for (const { node } of outputs.flat()) {
      const list = incoming.get(node);
      if (list === undefined) incoming.set(node, [from]);
      else list.push(from);
    }
  incomingCache.set(workflow, incoming);
  return incoming;
}

/** Removes nodes that nothing leads to until none is left; what stays goes round. */
function hasCycle(workflow: N8nWorkflow): boolean {
  const waits = new Map(workflow.nodes.map((node) => [node.name, 0]));
  for (const [node, from] of incomingOf(workflow)) waits.set(node, from.length);
  const free = workflow.nodes.filter((node) => waits.get(node.name) === 0).map((node) => node.name);
  let removed = 0;
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    removed += 1;
    for (const { node } of (workflow.connections.get(at) ?? []).flat()) {
      const left = (waits.get(node) ?? 0) - 1;
      waits.set(node, left);
      if (left === 0) free.push(node);
    }
  }
  return removed < workflow.nodes.length;
}
