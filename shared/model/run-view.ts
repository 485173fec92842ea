// Folds a run's events into what the canvas and the timeline draw. Pure: the same events give the same view, live or
// years later. The renderer and the command line use it; tests replay recorded events through it.

import type { AppErrorShape } from '../errors.ts';
import { assertNever } from '../errors.ts';
import type { JsonValue } from './json.ts';
import type { LargeValue, RunEvent, RunStatus, TakenFrom } from './run.ts';

/** `held`: ready, and the run is paused or stepped through before it: one of those that come next. */
export type StepStatus = 'held' | 'running' | 'waiting' | 'retrying' | 'done' | 'failed' | 'skipped';

export interface StepView {
  step: string;
  node: string;
  status: StepStatus;
  attempt: number;
  startedAt: number;
  endedAt?: number;
  ms?: number;
  outputs?: Record<string, JsonValue>;
  /** Outputs by port that are too large to come along; `runs.readLarge` gives them. */
  large?: Record<string, LargeValue>;
  from?: TakenFrom;
  usage?: { inputTokens?: number | undefined; outputTokens?: number | undefined };
  logs?: readonly { at: number; level: 'info' | 'warn' | 'error'; message: string }[];
  error?: AppErrorShape;
  /** Attempts that failed, oldest first; the one that counts is the step's own `attempt`. */
  failed?: readonly { attempt: number; at: number; ms: number; error: AppErrorShape }[];
  progress?: { done?: number | undefined; total?: number | undefined; note?: string | undefined };
  inbox?: string;
  retryAt?: number;
}

export interface RunView {
  status: RunStatus;
  startedAt?: number;
  endedAt?: number;
  inputs: Record<string, JsonValue>;
  outputs?: Record<string, JsonValue>;
  /** Outputs by name that are too large to come along; `runs.readLarge` gives them. */
  large?: Record<string, LargeValue>;
  error?: AppErrorShape;
  /** How it will end, while what cleans up still goes. */
  ending?: 'failed' | 'cancelled';
  /** In the order in which they started. */
  steps: ReadonlyMap<string, StepView>;
}

export const emptyRunView: RunView = { status: 'running', inputs: {}, steps: new Map() };

/** Applies a batch; returns a new view when anything changed (the map is copied once per batch, not per event). */
export function foldRun(view: RunView, events: readonly RunEvent[]): RunView {
  if (events.length === 0) return view;
  const steps = new Map(view.steps);
  const next: RunView = { ...view, steps };
  for (const event of events) fold(next, steps, event);
  return next;
}

function fold(view: RunView, steps: Map<string, StepView>, event: RunEvent): void {
  switch (event.type) {
    case 'run-start':
      view.status = 'running';
      view.startedAt = event.at;
      view.inputs = event.inputs;
      return;
    case 'run-status':
      view.status = event.status;
      return;
    case 'run-ending':
      view.ending = event.status;
      if (event.error !== undefined) view.error = event.error;
      return;
    case 'run-end':
      delete view.ending;
      view.status = event.status;
      view.endedAt = event.at;
      // What was held never began.
      for (const [key, step] of steps) if (step.status === 'held') steps.delete(key);
      if (event.outputs !== undefined) view.outputs = event.outputs;
      if (event.large !== undefined) view.large = event.large;
      if (event.error !== undefined) view.error = event.error;
      return;
    default:
      foldStep(steps, event);
  }
}

type StepEvent = Exclude<RunEvent, { type: 'run-start' | 'run-status' | 'run-ending' | 'run-end' }>;

function foldStep(steps: Map<string, StepView>, event: StepEvent): void {
  const before: StepView = steps.get(event.step) ?? {
    step: event.step,
    node: event.node,
    status: 'running',
    attempt: 1,
    startedAt: event.at,
  };
  const put = (change: Partial<StepView>) => steps.set(event.step, { ...before, ...change });
  switch (event.type) {
    case 'step-start':
      // A window that comes later is told again of starts that were only sent; by then the attempt may be waiting.
      if (before.status === 'waiting' && before.attempt === event.attempt) return;
      put({ status: 'running', attempt: event.attempt, startedAt: event.attempt === 1 ? event.at : before.startedAt });
      return;
    case 'step-progress':
      put({ progress: { done: event.done, total: event.total, note: event.note } });
      return;
    case 'step-done':
      put({
        status: 'done',
        attempt: event.attempt,
        startedAt: Math.min(before.startedAt, event.at - event.ms),
        endedAt: event.at,
        ms: event.ms,
        outputs: event.outputs,
        ...(event.large === undefined ? {} : { large: event.large }),
        ...(event.from === undefined ? {} : { from: event.from }),
        ...(event.usage === undefined ? {} : { usage: event.usage }),
      });
      return;
    case 'step-failed':
      put({
        status: event.retryAt === undefined ? 'failed' : 'retrying',
        attempt: event.attempt,
        endedAt: event.at,
        ms: event.ms,
        error: event.error,
        failed: [...(before.failed ?? []), { attempt: event.attempt, at: event.at, ms: event.ms, error: event.error }],
        ...(event.retryAt === undefined ? {} : { retryAt: event.retryAt }),
      });
      return;
    case 'step-log':
      put({ logs: [...(before.logs ?? []), { at: event.at, level: event.level, message: event.message }] });
      return;
    case 'step-held':
      put({ status: 'held' });
      return;
    case 'step-skipped':
      put({ status: 'skipped', endedAt: event.at });
      return;
    case 'step-waiting':
      put({ status: 'waiting', inbox: event.inbox });
      return;
    case 'step-answered':
      put({ status: 'running' });
      return;
    default:
      assertNever(event, 'run event');
  }
}
