// What a recorded run says of each of its steps, for a replay: the answer, how often it failed before, and the order in which
// steps ended, so that the replay ends them in the same one. Pure.

import type { AppErrorShape } from '../../../../shared/errors.ts';
import type { RunEvent, SequencedEvent } from '../../../../shared/model/run.ts';
import { type Journal, readJournal, type StepRecord } from '../journal.ts';

type StepEvent = Extract<RunEvent, { type: 'step-failed' | 'step-done' }>;

export interface RecordedStep {
  record: StepRecord;
  /** Attempts that were tried again, in order. */
  earlier: Extract<RunEvent, { type: 'step-failed' }>[];
  last: StepEvent | undefined;
}

export interface Recording {
  journal: Journal;
  /** By step; those below another step (`a/model-1`, `a~1`) too. */
  steps: ReadonlyMap<string, RecordedStep>;
  /** Steps that ended, in that order, without those below another one. */
  order: readonly string[];
  /** By the step above them: what ended below it, in order. */
  below: ReadonlyMap<string, StepEvent[]>;
}

/** The step that a step below another one belongs to; undefined for a step of the graph. */
export function above(step: string): string | undefined {
  const at = step.search(/[/~]/);
  return at < 0 ? undefined : step.slice(0, at);
}

export function readRecording(events: readonly SequencedEvent[]): Recording {
  const journal = readJournal(events);
  const steps = new Map<string, RecordedStep>();
  const order: string[] = [];
  const below = new Map<string, StepEvent[]>();
  for (const { event } of events) {
    if (event.type !== 'step-done' && event.type !== 'step-failed') continue;
    let recorded = steps.get(event.step);
    if (recorded === undefined) {
      const record = journal.steps.get(event.step);
      if (record === undefined) continue;
      recorded = { record, earlier: [], last: undefined };
      steps.set(event.step, recorded);
    }
    const parent = above(event.step);
    if (parent !== undefined) below.set(parent, [...(below.get(parent) ?? []), event]);
    if (event.type === 'step-failed' && event.retryAt !== undefined) recorded.earlier.push(event);
    else {
      recorded.last = event;
      if (parent === undefined) order.push(event.step);
    }
  }
  return { journal, steps, order, below };
}

export const failureOf = (recorded: RecordedStep): AppErrorShape | undefined =>
  recorded.last?.type === 'step-failed' ? recorded.last.error : undefined;
