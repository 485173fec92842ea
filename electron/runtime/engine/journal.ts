// What a run's kept events say of each step, indexed once when its journal is opened. Pure; the session and getStep use it.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { LargeValue, RunEvent, SequencedEvent, TakenFrom } from '../../../shared/model/run.ts';

export interface StepRecord {
  /** The newest attempt that is known. */
  attempt: number;
  startedAt: number;
  /** An intent is kept and no result after it: the effect may have happened, unless it is `waiting`. */
  isBegun: boolean;
  /** It asked a person before its effect and has no answer yet. */
  isWaiting: boolean;
  /** The question that it waits for, or waited for or was answered last. */
  inbox?: string;
  isSkipped: boolean;
  outputs?: Record<string, JsonValue>;
  /** Outputs that lie in the store; read only when somebody asks (past/large.ts). */
  large?: Record<string, LargeValue>;
  from?: TakenFrom;
  /** The place of its `step-done` in the journal: of two steps the one with the higher ended later. */
  doneSeq?: number;
  failure?: { error: AppErrorShape; retryAt?: number | undefined };
}

export interface Journal {
  steps: Map<string, StepRecord>;
  /** The newest status kept says that it waits; false when none was. */
  isWaiting: boolean;
  /** A person holds it. */
  isPaused: boolean;
  /** It was held at some time: a run that is stepped through and was let go stays so. */
  wasPaused: boolean;
  inputs: Record<string, JsonValue>;
  /** How long it was running so far, in milliseconds: not queued, not held, not waiting for people, and the host was there. */
  spentMs: number;
  /** When the newest event happened; none in a run that begins. */
  lastAt?: number;
  /** It was stopped or has failed, and was cleaning up. */
  ending?: Extract<RunEvent, { type: 'run-ending' }>;
  end?: Extract<RunEvent, { type: 'run-end' }>;
}

export const emptyJournal = (inputs: Record<string, JsonValue>): Journal => ({
  steps: new Map(),
  isWaiting: false,
  isPaused: false,
  wasPaused: false,
  inputs,
  spentMs: 0,
});

export function readJournal(events: readonly SequencedEvent[]): Journal {
  const journal = emptyJournal({});
  for (const { seq, event } of events) noteEvent(journal, event, seq);
  return journal;
}

export function noteEvent(journal: Journal, event: RunEvent, seq: number): void {
  noteTime(journal, event);
  if (event.type === 'run-start') journal.inputs = event.inputs;
  else if (event.type === 'run-status') {
    journal.isWaiting = event.status === 'waiting';
    journal.isPaused = event.status === 'paused';
    journal.wasPaused ||= journal.isPaused;
  } else if (event.type === 'run-ending') journal.ending = event;
  else if (event.type === 'run-end') journal.end = event;
  else noteStep(journal.steps, event, seq);
}

const standing = new WeakSet<Journal>();

/** Told to be running while it was running says that the host was gone in between: that time does not count. */
function noteTime(journal: Journal, event: RunEvent): void {
  const isRunning = journal.lastAt !== undefined && !standing.has(journal);
  const isBack = event.type === 'run-status' && event.status === 'running';
  if (isRunning && !isBack) journal.spentMs += Math.max(0, event.at - (journal.lastAt ?? event.at));
  journal.lastAt = event.at;
  if (event.type !== 'run-status') return;
  if (event.status === 'running') standing.delete(journal);
  else standing.add(journal);
}

function noteStep(steps: Map<string, StepRecord>, event: Extract<RunEvent, { step: string }>, seq: number): void {
  let record = steps.get(event.step);
  if (record === undefined) {
    record = { attempt: 1, startedAt: event.at, isBegun: false, isWaiting: false, isSkipped: false };
    steps.set(event.step, record);
  }
  switch (event.type) {
    case 'step-start':
      record.attempt = event.attempt;
      record.startedAt = event.at;
      record.isBegun = true;
      record.isWaiting = false;
      delete record.failure;
      return;
    case 'step-waiting':
      record.isWaiting = true;
      record.inbox = event.inbox;
      return;
    case 'step-answered':
      record.isWaiting = false;
      record.inbox = event.inbox;
      return;
    case 'step-failed':
      record.attempt = event.attempt;
      if (!record.isBegun) record.startedAt = event.at - event.ms;
      record.isBegun = false;
      record.isWaiting = false;
      record.failure = { error: event.error, retryAt: event.retryAt };
      return;
    case 'step-done':
      record.attempt = event.attempt;
      if (!record.isBegun) record.startedAt = event.at - event.ms;
      record.outputs = event.outputs;
      record.doneSeq = seq;
      if (event.large !== undefined) record.large = event.large;
      if (event.from !== undefined) record.from = event.from;
      record.isBegun = false;
      delete record.failure;
      return;
    case 'step-skipped':
      record.isSkipped = true;
      return;
    default:
      // Progress and being held are not kept; what a step logged changes nothing.
      return;
  }
}
