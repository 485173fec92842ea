// Orders a graph and divides it into scopes (the top, and one for each body of a loop, repeat, try or clean-up). Finds loops in the connections and
// bodies that cannot be told apart. Pure, and without recursion: a hostile graph is only long.

import { bodyPort, type Complaints, isEager, type Plan, type PlanEdge, type PlanNode, type PlanScope, quoted } from './plan-types.ts';

const maxLoopDepth = 8;

/** Undefined when a complaint was made. */
export function arrange(
  nodes: PlanNode[],
  edges: PlanEdge[],
  complaints: Complaints,
): Pick<Plan, 'nodes' | 'edges' | 'scopes' | 'bodies'> | undefined {
  const order = sort(nodes, edges, complaints);
  if (order === undefined) return undefined;
  const divided = divide(order, nodes, edges, complaints);
  if (divided === undefined) return undefined;
  const { scopes, bodies } = divided;
  for (const edge of edges) {
    if (edge.isItem) continue;
    const from = nodes[edge.from] as PlanNode;
    const scope = scopes[from.scope] as PlanScope;
    // Inside a deeper body it is the loop, in this scope, that has to wait.
    const target = liftTo(nodes[edge.to] as PlanNode, scope, scopes, nodes);
    (scope.targets[from.slot] as number[]).push(target.slot);
    scope.waits[target.slot] = (scope.waits[target.slot] ?? 0) + 1;
  }
  for (const scope of scopes) if (!checkOrder(scope, nodes, complaints)) return undefined;
  return { nodes, edges, scopes, bodies };
}

function sort(nodes: readonly PlanNode[], edges: readonly PlanEdge[], complaints: Complaints): PlanNode[] | undefined {
  const waits = nodes.map((node) => node.inEdges.length);
  const order = nodes.filter((node) => node.inEdges.length === 0);
  for (let i = 0; i < order.length; i += 1) {
    for (const edge of (order[i] as PlanNode).outEdges) {
      const to = (edges[edge] as PlanEdge).to;
      waits[to] = (waits[to] as number) - 1;
      if (waits[to] === 0) order.push(nodes[to] as PlanNode);
    }
  }
  if (order.length === nodes.length) return order;
  const ring = findRing(nodes, edges, waits);
  // Several of one kind have one title: their ids tell them apart.
  const titles = new Set(ring.map((node) => node.title));
  const names = ring.slice(0, 8).map(({ title, id }) => (titles.size === ring.length ? quoted(title) : `${quoted(title)} (${id})`));
  complaints.error(
    'cycle',
    ring.length === 1
      ? `${names[0]} is connected to itself.`
      : `These nodes are connected in a ring: ${names.join(' → ')}${ring.length > 8 ? ' → …' : ` → ${names[0]}`}.`,
    { node: ring[0]?.id, hint: 'Remove one of these connections. To repeat work, use “For each” or “Repeat”.' },
  );
  return undefined;
}

/** Walks backwards among the nodes that never got free until one comes up again. */
function findRing(nodes: readonly PlanNode[], edges: readonly PlanEdge[], waits: readonly number[]): PlanNode[] {
  const seen = new Map<number, number>();
  const path: PlanNode[] = [];
  let node = nodes.find((_, index) => (waits[index] as number) > 0);
  while (node !== undefined && !seen.has(node.index)) {
    seen.set(node.index, path.length);
    path.push(node);
    const edge = node.inEdges.find((index) => (waits[(edges[index] as PlanEdge).from] as number) > 0);
    node = edge === undefined ? undefined : nodes[(edges[edge] as PlanEdge).from];
  }
  return path.slice(node === undefined ? 0 : seen.get(node.index)).reverse();
}

function divide(
  order: readonly PlanNode[],
  nodes: readonly PlanNode[],
  edges: readonly PlanEdge[],
  complaints: Complaints,
): { scopes: PlanScope[]; bodies: Map<number, number> } | undefined {
  const scopes: PlanScope[] = [{ index: 0, parent: -1, loop: -1, depth: 0, nodes: [], waits: [], targets: [], eager: [] }];
  const bodies = new Map<number, number>();
  for (const node of order) {
    let scope = scopes[0] as PlanScope;
    for (const index of node.inEdges) {
      const edge = edges[index] as PlanEdge;
      edge.scope = edge.isItem ? (bodies.get(edge.from) as number) : (nodes[edge.from] as PlanNode).scope;
      const other = scopes[edge.scope] as PlanScope;
      const [inner, outer] = other.depth > scope.depth ? [other, scope] : [scope, other];
      if (!isWithin(inner, outer, scopes)) {
        const loops = [inner, outer].map((each) => quoted((nodes[each.loop] as PlanNode).title));
        complaints.error(
          'loops-cross',
          `${quoted(node.title)} is fed from inside two bodies, those of ${loops.join(' and ')}, neither of which is in the other.`,
          {
            node: node.id,
            hint: 'Take their results instead.',
          },
        );
        return undefined;
      }
      scope = inner;
    }
    node.scope = scope.index;
    node.slot = scope.nodes.length;
    scope.nodes.push(node.index);
    scope.waits.push(0);
    scope.targets.push([]);
    if (isEager(node)) scope.eager.push(node.slot);
    if (node.type.kind === 'flow.output' && scope.index !== 0)
      complaints.error(
        'output-in-loop',
        `${quoted(node.title)} names a result of the run, but stands inside the body of ${quoted((nodes[scope.loop] as PlanNode).title)}.`,
        {
          node: node.id,
          hint: 'Put it after that node, on its results.',
        },
      );
    if (bodyPort(node.type) === undefined) continue;
    if (scope.depth >= maxLoopDepth) {
      complaints.error('loops-too-deep', `${quoted(node.title)} stands inside the bodies of ${maxLoopDepth} others.`, {
        node: node.id,
        hint: 'Move the inner part into a workflow of its own.',
      });
      return undefined;
    }
    bodies.set(node.index, scopes.length);
    scopes.push({
      index: scopes.length,
      parent: scope.index,
      loop: node.index,
      depth: scope.depth + 1,
      nodes: [],
      waits: [],
      targets: [],
      eager: [],
    });
  }
  return { scopes, bodies };
}

function isWithin(inner: PlanScope, outer: PlanScope, scopes: readonly PlanScope[]): boolean {
  let scope: PlanScope | undefined = inner;
  while (scope !== undefined && scope.depth > outer.depth) scope = scopes[scope.parent];
  return scope === outer;
}

function liftTo(node: PlanNode, scope: PlanScope, scopes: readonly PlanScope[], nodes: readonly PlanNode[]): PlanNode {
  let lifted = node;
  while (lifted.scope !== scope.index) lifted = nodes[(scopes[lifted.scope] as PlanScope).loop] as PlanNode;
  return lifted;
}

/** A loop that waits for its own results, through its body, would wait for ever. */
function checkOrder(scope: PlanScope, nodes: readonly PlanNode[], complaints: Complaints): boolean {
  const waits = [...scope.waits];
  const free = scope.nodes.map((_, slot) => slot).filter((slot) => waits[slot] === 0);
  for (let i = 0; i < free.length; i += 1) {
    for (const target of scope.targets[free[i] as number] as number[]) {
      waits[target] = (waits[target] as number) - 1;
      if (waits[target] === 0) free.push(target);
    }
  }
  if (free.length === scope.nodes.length) return true;
  const stuck = scope.nodes
    .map((index) => nodes[index] as PlanNode)
    .find((node, slot) => (waits[slot] as number) > 0 && bodyPort(node.type) !== undefined);
  complaints.error(
    'loop-mixed',
    `Inside the body of ${quoted(stuck?.title ?? '')} something is fed from “${portLabel(stuck)}” and also from what comes after it.`,
    { node: stuck?.id, hint: `Connect it to “${portLabel(stuck)}” or to the results, not to both.` },
  );
  return false;
}

const portLabel = (node: PlanNode | undefined): string => node?.outputs.find((port) => port.name === bodyPort(node.type))?.label ?? 'Item';
