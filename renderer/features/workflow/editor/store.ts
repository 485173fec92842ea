// One open graph: the document with its undo list, what is selected, what is wrong with it, and the run drawn over it. The
// editor and the read-only picture of a past run each have their own. Nothing here draws or calls the host.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppError } from '../../../../shared/errors.ts';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { RunEvent, RunSummary } from '../../../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView } from '../../../../shared/model/run-view.ts';
import type { Complaint, Workflow, WorkflowDocument, WorkflowNode } from '../../../../shared/model/workflow.ts';
import { type Catalog, emptyCatalog } from '../model/catalog.ts';
import type { Change } from '../model/changes.ts';
import { type History, record, redo, startHistory, undo } from '../model/history.ts';
import { type NodeRunState, nodeStates } from '../model/node-state.ts';

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'changed' }
  | { kind: 'saving' }
  | { kind: 'conflict' }
  | { kind: 'failed'; error: AppError };

export type FailedAttempt = Extract<RunEvent, { type: 'step-failed' }>;

export interface RunOnCanvas {
  summary: RunSummary;
  view: RunView;
  states: ReadonlyMap<string, NodeRunState>;
  /** Attempts that failed, oldest first. */
  failures: readonly FailedAttempt[];
  /** Highest kept event seen, to go on from after a lost connection. */
  seen: number;
}

export interface EditorState {
  readonly readOnly: boolean;
  id: WorkflowId | undefined;
  revision: number;
  history: History;
  save: SaveState;
  catalog: Catalog;
  selectedNodes: ReadonlySet<string>;
  selectedEdges: ReadonlySet<string>;
  complaints: readonly Complaint[];
  complaintsByNode: ReadonlyMap<string, readonly Complaint[]>;
  run: RunOnCanvas | undefined;
  /** Of the steps that a node had in that run, the one that is looked at; without it the most urgent. */
  chosenStep: string | undefined;
  /** Triggers that start runs by themselves now, by node id. */
  liveTriggers: ReadonlySet<string>;
}

export type Editor = StoreApi<EditorState>;

const none: ReadonlySet<string> = new Set();

export function createEditor(document: WorkflowDocument, readOnly: boolean, stored?: Pick<Workflow, 'id' | 'revision'>): Editor {
  return createStore<EditorState>()(() => ({
    readOnly,
    id: stored?.id,
    revision: stored?.revision ?? 0,
    history: startHistory(document),
    save: { kind: 'saved' },
    catalog: emptyCatalog,
    selectedNodes: none,
    selectedEdges: none,
    complaints: [],
    complaintsByNode: new Map(),
    run: undefined,
    chosenStep: undefined,
    liveTriggers: none,
  }));
}

/** The document without identity and times, as it is saved and sent. */
export function documentOf(workflow: WorkflowDocument & Partial<Workflow>): WorkflowDocument {
  const { id: _id, revision: _revision, createdAt: _created, updatedAt: _updated, ...document } = workflow;
  return document;
}

export const nodeOf = (state: EditorState, id: string): WorkflowNode | undefined =>
  state.history.document.nodes.find((node) => node.id === id);

/** Changes with the same key in quick succession (typing) are undone together. */
export function apply(editor: Editor, change: Change, key?: string): void {
  const state = editor.getState();
  if (state.readOnly) return;
  setHistory(editor, record(state.history, change, Date.now(), key));
}

export const undoChange = (editor: Editor): void => setHistory(editor, undo(editor.getState().history, Date.now()));
export const redoChange = (editor: Editor): void => setHistory(editor, redo(editor.getState().history, Date.now()));

function setHistory(editor: Editor, history: History): void {
  const state = editor.getState();
  if (state.readOnly || history === state.history) return;
  const here = new Set<string>(history.document.nodes.map((node) => node.id));
  const edges = new Set<string>(history.document.edges.map((edge) => edge.id));
  editor.setState({
    history,
    save: state.save.kind === 'conflict' ? state.save : { kind: 'changed' },
    selectedNodes: keep(state.selectedNodes, here),
    selectedEdges: keep(state.selectedEdges, edges),
  });
}

const keep = (chosen: ReadonlySet<string>, there: ReadonlySet<string>): ReadonlySet<string> => {
  const left = [...chosen].filter((id) => there.has(id));
  return left.length === chosen.size ? chosen : new Set(left);
};

export const select = (editor: Editor, nodes: Iterable<string>, edges: Iterable<string> = []): void =>
  editor.setState({ selectedNodes: new Set(nodes), selectedEdges: new Set(edges) });

/** The one selected node, which the inspector shows. */
export const selectedNode = (state: EditorState): string | undefined =>
  state.selectedNodes.size === 1 ? state.selectedNodes.values().next().value : undefined;

export function setComplaints(editor: Editor, complaints: readonly Complaint[]): void {
  const byNode = new Map<string, Complaint[]>();
  for (const complaint of complaints) {
    if (complaint.node === undefined) continue;
    const list = byNode.get(complaint.node);
    if (list === undefined) byNode.set(complaint.node, [complaint]);
    else list.push(complaint);
  }
  editor.setState({ complaints, complaintsByNode: byNode });
}

/** A run that is drawn already stays as it is: its events come once. */
export function showRun(editor: Editor, summary: RunSummary): void {
  if (editor.getState().run?.summary.id === summary.id) return;
  editor.setState({ chosenStep: undefined, run: { summary, view: emptyRunView, states: new Map(), failures: [], seen: 0 } });
}

export const hideRun = (editor: Editor): void => editor.setState({ run: undefined, chosenStep: undefined });

/** Folds one batch; called at most once for each frame. */
export function addRunEvents(editor: Editor, run: string, events: readonly RunEvent[], seen: number): void {
  const { run: before, history } = editor.getState();
  if (before === undefined || before.summary.id !== run || events.length === 0) return;
  const view = foldRun(before.view, events);
  const summary =
    view.status === before.summary.status && view.endedAt === before.summary.endedAt
      ? before.summary
      : { ...before.summary, status: view.status, ...(view.endedAt === undefined ? {} : { endedAt: view.endedAt }) };
  editor.setState({
    run: {
      summary,
      view,
      states: nodeStates(history.document, view.steps, before.states),
      failures: withFailures(before.failures, events),
      seen: Math.max(before.seen, seen),
    },
  });
}

/** After a lost connection the same events may come again. */
function withFailures(before: readonly FailedAttempt[], events: readonly RunEvent[]): readonly FailedAttempt[] {
  const fresh = events.filter(
    (event): event is FailedAttempt =>
      event.type === 'step-failed' &&
      !before.some((old) => old.step === event.step && old.attempt === event.attempt && old.at === event.at),
  );
  return fresh.length === 0 ? before : [...before, ...fresh];
}

/** The newest output by port of a node, in the run drawn now. */
export function lastOutputs(state: EditorState, node: string) {
  let found: RunView['outputs'];
  for (const step of state.run?.view.steps.values() ?? []) if (step.node === node && step.outputs !== undefined) found = step.outputs;
  return found;
}
