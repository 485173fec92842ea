// A run can have more events than a wire or a window can take: the first one and the newest are given, within bounds.

import type { SequencedEvent } from '../../../../shared/model/run.ts';

const maxEvents = 20_000;
/** In characters of JSON. */
const maxChars = 3_000_000;

export function newest(events: readonly SequencedEvent[]): { events: SequencedEvent[]; leftOut: number } {
  let chars = 0;
  let from = events.length;
  while (from > 0 && events.length - from < maxEvents) {
    chars += JSON.stringify(events[from - 1]).length;
    // One event is always given, however long.
    if (chars > maxChars && from < events.length) break;
    from -= 1;
  }
  const first = events[0];
  if (from === 0 || first === undefined) return { events: [...events], leftOut: 0 };
  const kept = events.slice(from);
  if (first.event.type !== 'run-start') return { events: kept, leftOut: from };
  return { events: [first, ...kept], leftOut: from - 1 };
}
