// The journal's rows: written inside the caller's transaction together with what they mean for the run's own row, and read back
// verified.

import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type RunEvent, runEvent, type SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { checksumOf, type JournalPlaces, packed, packText, runSpan } from './journal-packs.ts';
import type { JournalTail } from './journal-tail.ts';

export const journalDamaged = (run: RunId, row: number | string, what: string): AppError =>
  new AppError('journal-damaged', `The journal of run ${run} is damaged at row ${row}: ${what}.`, {
    hint: 'The run cannot go on from its journal. Start it again, or put back a backup: `orrery backups list` names them.',
    details: { run, row },
  });

export const journalNewer = (run: RunId, row: number): AppError =>
  new AppError('journal-newer', `Run ${run} was written by a newer Orrery: its journal has something unknown at row ${row}.`, {
    hint: 'Install the newest Orrery to see it or let it go on. It is kept as it is.',
    details: { run, row },
  });

export interface RowItem {
  run: RunId;
  number: number;
  seq: number;
  event: RunEvent;
  json: string;
  /** Large outputs that it names, by hash. */
  names: readonly string[];
}

export class JournalRows {
  readonly #status;
  readonly #end;
  readonly #use;
  readonly #note;
  readonly #places: JournalPlaces;
  readonly #tail: JournalTail;

  constructor(write: WriteDb, places: JournalPlaces, tail: JournalTail) {
    this.#places = places;
    this.#tail = tail;
    this.#status = write.change('update runs set status = ? where number = ? and ended_at is null');
    this.#end = write.change('update runs set status = ?, ended_at = ?, error = ? where number = ?');
    this.#use = write.change('insert or ignore into large_uses (hash, number) values (?, ?)');
    this.#note = write.change(`
      insert into reusable (content_hash, number, step) select ?, number, ? from runs where id = ?
      on conflict (content_hash) do update set number = excluded.number, step = excluded.step`);
  }

  /** The caller tells the tail by `settled` what came of it. */
  insert(batch: readonly RowItem[]): void {
    const { packs, runs } = packed(batch);
    if (this.#tail.isFor(runs)) this.#tail.insert(packs);
    else for (const pack of packs) this.#places.put(pack);
    for (const { number, event, names } of batch) {
      for (const name of names) this.#use.run(name, number);
      if (event.type === 'run-status') this.#status.run(event.status, number);
      else if (event.type === 'run-end')
        this.#end.run(event.status, event.at, event.error === undefined ? null : JSON.stringify(event.error), number);
    }
  }

  note({ hash, run, step }: { hash: string; run: RunId; step: string }): void {
    this.#note.run(hash, step, run);
  }
}

/** The types of events. */
export const known: ReadonlySet<string> = new Set(runEvent.options.map((option) => option.shape.type.value));

export interface JournalRow {
  id: number;
  crc: number;
  event: string;
}

/** Verified events in order; one that is missing in between is damage too. Throws `journal-damaged`, `journal-newer`. */
export function journalReader(read: ReadDb, tail: JournalTail): (run: RunId, number: number, after: number) => SequencedEvent[] {
  const rows = read.selectKept<JournalRow>('select id, crc, event from journal where id > ? and id < ? order by id');
  // One select, so that a row that is moved meanwhile is neither missed nor met twice.
  const withOld = read.selectKept<JournalRow>(`
    select id, crc, event from journal where id > ? and id < ?
    union all select id, crc, event from journal_tail where id > ? and id < ? order by id`);

  const partsOf = (run: RunId, number: number, after: number): Part[] => {
    const start = number * runSpan;
    const between = [start + after, start + runSpan] as const;
    const found = tail.hasOld(number) ? withOld.all(...between, ...between) : rows.all(...between);
    const parts: Part[] = found.map(({ id, crc, event }) => ({
      seq: id - start,
      event,
      isGood: checksumOf(run, id - start, event) === crc,
    }));
    const waiting = tail.partsOf(number);
    for (const pack of waiting) if (pack.seq > after) parts.push({ seq: pack.seq, event: packText(pack), isGood: true });
    return waiting.length > 0 ? parts.sort((a, b) => a.seq - b.seq) : parts;
  };

  return (run, number, after) => {
    const events: SequencedEvent[] = [];
    let last = after;
    for (const { seq, event, isGood } of partsOf(run, number, after)) {
      if (!isGood) throw journalDamaged(run, last + 1, 'its checksum is wrong');
      const row = parsedRow(event);
      const first = seq - row.length + 1;
      // Only the row that holds what was asked for may begin before it.
      if (first > last + 1 || (first <= last && (events.length > 0 || after === 0))) throw journalDamaged(run, last + 1, 'it is missing');
      for (let at = Math.max(0, last + 1 - first); at < row.length; at += 1) {
        const each = row[at] as RunEvent;
        if (!known.has(each.type)) throw journalNewer(run, first + at);
        events.push({ seq: first + at, event: each });
      }
      last = seq;
    }
    mustBeWhole(tail, run, number, events, after);
    return events;
  };
}

interface Part {
  seq: number;
  event: string;
  isGood: boolean;
}

/** Written by us and unchanged, as its checksum shows, so its shape need not be parsed again. */
export function parsedRow(text: string): RunEvent[] {
  const parsed = JSON.parse(text) as RunEvent | RunEvent[];
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** The verified events of one row. Throws `journal-damaged`, `journal-newer`. */
export function eventsIn(run: RunId, { id, crc, event }: JournalRow): SequencedEvent[] {
  const seq = id % runSpan;
  if (checksumOf(run, seq, event) !== crc) throw journalDamaged(run, seq, 'its checksum is wrong');
  const row = parsedRow(event);
  return row.map((each, at) => {
    const own = seq - row.length + 1 + at;
    if (!known.has(each.type)) throw journalNewer(run, own);
    return { seq: own, event: each };
  });
}

/** Of a run without its end nobody knows whether its last events were in a row that is damaged. */
export function mustBeWhole(tail: JournalTail, run: RunId, number: number, events: readonly SequencedEvent[], after: number): void {
  const last = events.at(-1);
  if (tail.mayLackEnd(number) && last?.event.type !== 'run-end')
    throw journalDamaged(run, (last?.seq ?? after) + 1, 'it may have been in a row of many runs that is damaged');
}
