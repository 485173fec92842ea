// What the outside was told of one run, and what the journal says in the end: the two must agree. An event counts as acknowledged
// when a watching client has been sent it with a place in the journal (seq above 0).

import { canonicalJson } from '../../electron/runtime/policy/canonical.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { RunEvent, SequencedEvent } from '../../shared/model/run.ts';
import type { Job } from './kill-work.ts';

export class Witness {
  readonly job: Job;
  /** Kept events as they were told, by seq, as text. */
  readonly told = new Map<number, string>();
  /** Steps whose end was told. */
  readonly done = new Set<string>();
  /** Steps that were seen to begin after their end had been told. */
  readonly begunAgain = new Set<string>();
  lastSeq = 0;
  isOver = false;
  /** A kept event that was told twice with different contents. */
  changed = 0;

  constructor(job: Job) {
    this.job = job;
  }

  hear({ seq, event }: SequencedEvent): void {
    if (event.type === 'step-start' && this.done.has(event.step)) this.begunAgain.add(event.step);
    if (seq === 0) return;
    const json = textOf(event);
    const before = this.told.get(seq);
    if (before !== undefined && before !== json) this.changed += 1;
    this.told.set(seq, json);
    this.lastSeq = Math.max(this.lastSeq, seq);
    if (event.type === 'run-end') this.isOver = true;
    if (event.type !== 'step-done') return;
    this.done.add(event.step);
    this.job.onStepDone(event.step);
  }

  /** `lost`: told and not there in the end. `redone`: ended twice, or begun after its end. */
  compare(events: readonly SequencedEvent[]): { lost: number; redone: number } {
    const kept = new Map(events.map(({ seq, event }) => [seq, textOf(event)]));
    let lost = this.changed;
    for (const [seq, json] of this.told) if (kept.get(seq) !== json) lost += 1;
    const again = new Set([...this.begunAgain, ...redoneIn(events.map(({ event }) => event))]);
    return { lost, redone: again.size };
  }
}

/** By content: a stream parses what it tells, a call gives it as it was kept, so the order of keys may differ. */
const textOf = (event: RunEvent): string => canonicalJson(event as unknown as JsonValue);

function redoneIn(events: readonly RunEvent[]): Set<string> {
  const done = new Set<string>();
  const again = new Set<string>();
  for (const event of events) {
    if ((event.type === 'step-start' || event.type === 'step-done' || event.type === 'step-failed') && done.has(event.step))
      again.add(event.step);
    if (event.type === 'step-done') done.add(event.step);
  }
  return again;
}
