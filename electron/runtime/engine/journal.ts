// What a run's kept events say of each step, indexed once when its journal is opened. Pure; the session and getStep use it.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';

export interface StepRecord {
  /** The newest attempt that is known. */
  attempt: number;
  startedAt: number;
  /** An intent is kept and no result after it: the effect may have happened, unless it is `waiting`. */
  isBegun: boolean;
  /** It asked a person before its effect and has no answer yet. */
  isWaiting: boolean;
  /** The question it waits for, or waited for last. */
  inbox?: string;
  isSkipped: boolean;
  /** The place of its result in the journal. */
  doneSeq?: number;
  outputs?: Record<string, JsonValue>;
  failure?: { error: AppErrorShape; retryAt?: number | undefined };
}

export interface Journal {
  steps: Map<string, StepRecord>;
  /** The newest status kept; `running` when none was. */
  isWaiting: boolean;
  inputs: Record<string, JsonValue>;
  /** It was stopped or failed, and what cleans up has begun. */
  ending?: Extract<RunEvent, { type: 'run-ending' }>;
  end?: Extract<RunEvent, { type: 'run-end' }>;
}

export function readJournal(events: readonly SequencedEvent[]): Journal {
  const journal: Journal = { steps: new Map(), isWaiting: false, inputs: {} };
  for (const { seq, event } of events) {
    if (event.type === 'run-start') journal.inputs = event.inputs;
    else if (event.type === 'run-status') journal.isWaiting = event.status === 'waiting';
    else if (event.type === 'run-ending') journal.ending = event;
    else if (event.type === 'run-end') journal.end = event;
    else noteStep(journal.steps, event, seq);
  }
  return journal;
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
      return;
    case 'step-failed':
      record.attempt = event.attempt;
      record.isBegun = false;
      record.isWaiting = false;
      record.failure = { error: event.error, retryAt: event.retryAt };
      return;
    case 'step-done':
      record.outputs = event.outputs;
      record.doneSeq = seq;
      record.isBegun = false;
      return;
    case 'step-skipped':
      record.isSkipped = true;
      return;
    default:
      // Progress is not kept.
      return;
  }
}
