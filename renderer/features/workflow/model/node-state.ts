// From a run's steps to what each node on the canvas shows. A node in a loop has many steps; they are summed here, once
// for each batch of events, and nodes that did not change keep their object so that they are not drawn again.

import type { RunView, StepStatus, StepView } from '../../../../shared/model/run-view.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';

export interface NodeRunState {
  status: StepStatus;
  /** Iterations that ended, and how many there will be (0 when not in a loop). */
  done: number;
  total: number;
  /** Steps it had, and how many of them ran: in a loop some rounds may have gone another way. */
  count: number;
  ran: number;
  /** Milliseconds: of the one step, or all steps together. */
  ms: number;
  startedAt: number;
  endedAt?: number | undefined;
  note?: string | undefined;
  error?: string | undefined;
  inbox?: string | undefined;
  /** Output ports that fired. */
  fired: readonly string[];
  /** None of its steps was done by this run: pinned, or taken from an earlier one. */
  taken?: 'pin' | 'earlier' | undefined;
}

/** `cell#3.0` → `[3, 0]`; a step outside loops → `[]`. */
export function iterationOf(step: string): number[] {
  const at = step.lastIndexOf('#');
  return at === -1
    ? []
    : step
        .slice(at + 1)
        .split('.')
        .map(Number)
        .filter(Number.isFinite);
}

const byUrgency: StepStatus[] = ['failed', 'waiting', 'held', 'running', 'retrying', 'done', 'skipped'];

const isOver = (status: StepStatus): boolean => status === 'done' || status === 'failed' || status === 'skipped';

function sum(steps: readonly StepView[]): NodeRunState {
  const status = byUrgency.find((candidate) => steps.some((step) => step.status === candidate)) ?? 'done';
  const fired = new Set<string>();
  const state: NodeRunState = { status, done: 0, total: 0, count: steps.length, ran: 0, ms: 0, startedAt: Infinity, fired: [] };
  let last = 0;
  for (const step of steps) {
    if (isOver(step.status)) state.done += 1;
    if (step.status !== 'skipped') state.ran += 1;
    state.ms += step.ms ?? 0;
    // The start of a pure step is not kept: of a step read later it follows from its end.
    state.startedAt = Math.min(state.startedAt, step.startedAt, (step.endedAt ?? Infinity) - (step.ms ?? 0));
    last = Math.max(last, step.endedAt ?? 0);
    if (step.error !== undefined && (step.status === 'failed' || step.status === 'retrying')) state.error = step.error.message;
    if (step.status === 'waiting') state.inbox = step.inbox;
    if (step.progress?.note !== undefined) state.note = step.progress.note;
    if (step.progress?.total !== undefined) {
      state.total = step.progress.total;
      state.done = step.progress.done ?? state.done;
    }
    for (const port of [...Object.keys(step.outputs ?? {}), ...Object.keys(step.large ?? {})]) fired.add(port);
  }
  if (isOver(status) && last > 0) state.endedAt = last;
  state.taken = takenOf(steps);
  state.fired = [...fired];
  return state;
}

function takenOf(steps: readonly StepView[]): NodeRunState['taken'] {
  const done = steps.filter((step) => step.status === 'done');
  if (done.length === 0 || done.some((step) => step.from === undefined)) return undefined;
  return done.every((step) => step.from?.kind === 'pin') ? 'pin' : 'earlier';
}

function same(a: NodeRunState, b: NodeRunState): boolean {
  for (const key of ['status', 'done', 'total', 'count', 'ran', 'ms', 'startedAt', 'endedAt', 'note', 'error', 'inbox', 'taken'] as const)
    if (a[key] !== b[key]) return false;
  return a.fired.length === b.fired.length && a.fired.every((port, index) => port === b.fired[index]);
}

/** The steps of each node, in the order in which they started. */
export function stepsByNode(steps: ReadonlyMap<string, StepView>): Map<string, StepView[]> {
  const byNode = new Map<string, StepView[]>();
  for (const step of steps.values()) {
    const list = byNode.get(step.node);
    if (list === undefined) byNode.set(step.node, [step]);
    else list.push(step);
  }
  return byNode;
}

/** The nearest node before this one whose step says how many rounds there are. */
function roundsAround(document: WorkflowDocument, states: ReadonlyMap<string, NodeRunState>, node: string): NodeRunState | undefined {
  const seen = new Set([node]);
  let ring = [node];
  while (ring.length > 0) {
    const before = document.edges.filter((edge) => ring.includes(edge.to.node)).map((edge) => edge.from.node);
    ring = [];
    for (const id of before) {
      if (seen.has(id)) continue;
      seen.add(id);
      const state = states.get(id);
      if (state !== undefined && state.total > 0) return state;
      ring.push(id);
    }
  }
  return undefined;
}

/** Progress is not kept: of a run read later, a loop's rounds are counted by the steps it led to. */
function countRounds(document: WorkflowDocument, grouped: ReadonlyMap<string, StepView[]>, states: Map<string, NodeRunState>): void {
  const depthOf = (node: string) => iterationOf(grouped.get(node)?.[0]?.step ?? '').length;
  for (const { from, to } of document.edges) {
    const state = states.get(from.node);
    const inner = grouped.get(to.node);
    if (state === undefined || inner === undefined || depthOf(to.node) <= depthOf(from.node)) continue;
    if (grouped.get(from.node)?.some((step) => step.progress?.total !== undefined)) continue;
    const rounds = inner.length;
    if (rounds <= state.total) continue;
    const ended = isOver(state.status) ? rounds : inner.filter((step) => isOver(step.status)).length;
    states.set(from.node, { ...state, total: rounds, done: ended });
  }
}

export function nodeStates(
  document: WorkflowDocument,
  steps: ReadonlyMap<string, StepView>,
  before: ReadonlyMap<string, NodeRunState> = new Map(),
): Map<string, NodeRunState> {
  const states = new Map<string, NodeRunState>();
  const grouped = stepsByNode(steps);
  for (const [node, list] of grouped) states.set(node, sum(list));
  countRounds(document, grouped, states);
  for (const [node, list] of grouped) {
    const state = states.get(node);
    if (state === undefined || state.total > 0 || !list.some((step) => iterationOf(step.step).length > 0)) continue;
    const around = roundsAround(document, states, node);
    if (around === undefined) continue;
    // Between two rounds every step of it is over while more are to come.
    const more = state.done < around.total && !isOver(around.status);
    states.set(
      node,
      more && state.status === 'done'
        ? { ...state, total: around.total, status: 'running', endedAt: undefined }
        : { ...state, total: around.total },
    );
  }
  for (const [node, state] of states) {
    const old = before.get(node);
    if (old !== undefined && same(old, state)) states.set(node, old);
  }
  return states;
}

export type Flow = 'idle' | 'running' | 'done' | 'failed';

/** What went over an edge in this run. */
export function flowOf(port: string, from: NodeRunState | undefined, to: NodeRunState | undefined): Flow {
  if (from === undefined || from.status === 'skipped') return 'idle';
  // A loop's `item` port fires for every round, before the loop's own step is done.
  const rounds = to !== undefined && to.count > 0 && to.status !== 'skipped' && from.total > 0 && !from.fired.includes(port);
  if (!from.fired.includes(port) && !rounds) return 'idle';
  if (port === 'error') return 'failed';
  if (to !== undefined && (to.status === 'running' || to.status === 'retrying')) return 'running';
  return 'done';
}

/** The node a person came for: where a run failed for good, waits for them, or is held. */
export function urgentNode({
  view,
  states,
}: {
  view: Pick<RunView, 'status' | 'steps'>;
  states: ReadonlyMap<string, Pick<NodeRunState, 'status'>>;
}): string | undefined {
  const wanted = view.status === 'paused' ? 'held' : view.status;
  if (wanted !== 'failed' && wanted !== 'waiting' && wanted !== 'held') return undefined;
  const nodes = [...view.steps.values()].filter(({ node, status }) => status === wanted && states.get(node)?.status === wanted);
  // What failed last is what ended the run; earlier failures may have gone on over an error port. Of what is held the first comes next.
  return (wanted === 'held' ? nodes[0] : nodes.at(-1))?.node;
}
