// The rows and the time scale of a run's timeline. Pure.

import type { StepStatus, StepView } from '../../../../shared/model/run-view.ts';
import type { NodeRunState } from './node-state.ts';
import { stepsByNode } from './node-state.ts';

export interface TimelineRow {
  node: string;
  status: StepStatus;
  /** Milliseconds since the run started. */
  from: number;
  to: number;
  /** Of a loop's rounds. */
  done: number;
  total: number;
  ms: number;
  isOver: boolean;
  /** Not done by this run: pinned, or taken from an earlier one. */
  isTaken: boolean;
  /** A mark for each step of a node with many. */
  marks: readonly { from: number; to: number; status: StepStatus }[];
}

export interface Timeline {
  rows: TimelineRow[];
  /** The whole width, in milliseconds. */
  span: number;
}

const maxMarks = 200;

/** `now` in milliseconds since the epoch; ignored once the run has ended. */
export function timelineOf(
  steps: ReadonlyMap<string, StepView>,
  states: ReadonlyMap<string, NodeRunState>,
  startedAt: number,
  endedAt: number | undefined,
  now: number,
): Timeline {
  const end = endedAt ?? Math.max(now, startedAt);
  const rows: TimelineRow[] = [];
  for (const [node, list] of stepsByNode(steps)) {
    const state = states.get(node);
    if (state === undefined || state.status === 'skipped' || state.status === 'held') continue;
    const clamp = (at: number) => Math.max(0, at - startedAt);
    const isOver = state.endedAt !== undefined;
    const marks =
      list.length < 2 || list.length > maxMarks
        ? []
        : list
            .filter((step) => step.status !== 'skipped' && step.status !== 'held')
            .map((step) => ({ from: clamp(step.startedAt), to: clamp(step.endedAt ?? end), status: step.status }));
    const from = clamp(state.startedAt);
    const to = Math.max(from, clamp(state.endedAt ?? end));
    rows.push({
      node,
      status: state.status,
      from,
      to,
      // Over: in how many rounds it ran; before: how many are behind it.
      done: isOver && state.count > 1 ? state.ran : state.done,
      total: state.total,
      ms: isOver ? to - from : end - startedAt - from,
      isOver,
      isTaken: state.taken !== undefined,
      marks,
    });
  }
  return { rows: rows.toSorted((a, b) => a.from - b.from), span: Math.max(1, end - startedAt) };
}
