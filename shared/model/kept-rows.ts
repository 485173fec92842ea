// A run's kept events as the texts that its journal holds, on their way to a page. The host has checked them and writes them into its
// answer as they are; a wire's client parses them once, with everything else of the answer, and unfolds them. They go nowhere else:
// whoever wants events in the host reads events.

import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SequencedEvent } from './run.ts';

export class KeptRows {
  /** JSON: a list of `[seq of the first event, seq of the last, the event or the list of events]`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Events out of the journal, on their way to a page: they were ours when they were written, and their checksums were compared when
 * they were read. Looking at each and copying it once more costs a tenth of sending it. Over a wire they are rows, which are events
 * again at its other end.
 */
export const keptEvents = z
  .custom<SequencedEvent[] | KeptRows>((value) => Array.isArray(value) || value instanceof KeptRows)
  .transform((value) => value as SequencedEvent[]);

/** A batch that comes out of the journal, in a stream whose other batches are looked at. */
export const keptBatch = z.instanceof(KeptRows).transform((rows) => rows as unknown as SequencedEvent[]);

/** How the wire library's two ends know them. The number marks them in an answer; 0 to 7 are the library's own. */
export const keptRowsOnWire = {
  type: 20,
  condition: (value: unknown): boolean => value instanceof KeptRows,
  serialize: (rows: KeptRows): unknown => JSON.parse(rows.text),
  deserialize: unfold,
};

/** What every client of the contract is made with. */
export const wireTypes = { customJsonSerializers: [keptRowsOnWire] };

type Row = [first: number, last: number, SequencedEvent['event'] | SequencedEvent['event'][]];

/** Throws `journal-damaged` where a row does not hold as many events as it should. */
function unfold(rows: unknown): SequencedEvent[] {
  const events: SequencedEvent[] = [];
  for (const [first, last, row] of rows as Row[]) {
    const count = Array.isArray(row) ? row.length : 1;
    if (last - first + 1 !== count)
      throw new AppError('journal-damaged', `The journal of this run is damaged at row ${first}: it does not hold what it should.`, {
        hint: 'The run cannot go on from its journal. Start it again, or put back a backup: `orrery backups list` names them.',
      });
    if (Array.isArray(row))
      for (let at = 0; at < count; at += 1) events.push({ seq: first + at, event: row[at] as SequencedEvent['event'] });
    else events.push({ seq: first, event: row });
  }
  return events;
}
