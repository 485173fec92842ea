// The journal's rows: written inside the caller's transaction together with what they mean for the run's own row, and read back
// verified. What one run has in a commit is packed: one row holds its events as a JSON list and stands under the number of the
// last. A row of one event is that event.

import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type RunEvent, runEvent, type SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { JournalTail } from './journal-tail.ts';

/** Events of one run: a row's id is `number * runSpan + seq`. */
export const runSpan = 2 ** 21;

/** A row takes no further events when its text is longer than this, in characters. */
const packedLength = 16_000;

export const checksumOf = (run: RunId, seq: number, json: string): number => crc32(`${run}|${seq}|${json}`);

export const journalDamaged = (run: RunId, row: number | string, what: string): AppError =>
  new AppError('journal-damaged', `The journal of run ${run} is damaged at row ${row}: ${what}.`, {
    hint: 'The run cannot go on from its journal. Start it again, or put back a backup: `orrery backups list` names them.',
    details: { run, row },
  });

const journalNewer = (run: RunId, row: number): AppError =>
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
  readonly #insert;
  readonly #status;
  readonly #end;
  readonly #steps;
  readonly #use;
  readonly #note;

  readonly #tail;

  constructor(write: WriteDb, tail: JournalTail) {
    this.#tail = tail;
    this.#insert = write.changeMany('insert into journal (id, crc, event) values (?, ?, ?)');
    this.#status = write.change('update runs set status = ? where number = ? and ended_at is null');
    this.#end = write.change('update runs set status = ?, ended_at = ?, error = ? where number = ?');
    this.#steps = write.change('update runs set steps_done = steps_done + ? where number = ?');
    this.#use = write.change('insert or ignore into large_uses (hash, number) values (?, ?)');
    this.#note = write.change(`
      insert into reusable (content_hash, number, step) select ?, number, ? from runs where id = ?
      on conflict (content_hash) do update set number = excluded.number, step = excluded.step`);
  }

  insert(batch: readonly RowItem[]): void {
    const { packs, runs } = packed(batch);
    const isForTail = this.#tail.isFor(runs);
    for (const { run, number, seq, count, text, stepsDone } of packs) {
      const event = count === 1 ? text : `[${text}]`;
      const id = number * runSpan + seq;
      if (isForTail) this.#tail.insert(number, id, checksumOf(run, seq, event), event);
      else this.#insert.run(id, checksumOf(run, seq, event), event);
      if (stepsDone > 0) this.#steps.run(stepsDone, number);
    }
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

/** What becomes one row: a run's events up to `seq`, their texts with commas between them. */
interface Pack {
  run: RunId;
  number: number;
  seq: number;
  count: number;
  text: string;
  stepsDone: number;
}

function packed(batch: readonly RowItem[]): { packs: readonly Pack[]; runs: number } {
  const packs: Pack[] = [];
  const open = new Map<number, Pack>();
  for (const { run, number, seq, event, json } of batch) {
    const stepsDone = event.type === 'step-done' ? 1 : 0;
    const pack = open.get(number);
    if (pack === undefined || pack.text.length > packedLength) {
      const begun = { run, number, seq, count: 1, text: json, stepsDone };
      packs.push(begun);
      open.set(number, begun);
    } else {
      pack.seq = seq;
      pack.count += 1;
      pack.text += `,${json}`;
      pack.stepsDone += stepsDone;
    }
  }
  return { packs, runs: open.size };
}

const known: ReadonlySet<string> = new Set(runEvent.options.map((option) => option.shape.type.value));

/** Verified rows in order; a row that is missing in between is damage too. Throws `journal-damaged`, `journal-newer`. */
export function journalReader(read: ReadDb, tail: JournalTail): (run: RunId, number: number, after: number) => SequencedEvent[] {
  const rows = read.selectKept<{ id: number; crc: number; event: string }>(
    'select id, crc, event from journal where id > ? and id < ? order by id',
  );
  // One select, so that a row that is moved meanwhile is neither missed nor met twice.
  const withTail = read.selectKept<{ id: number; crc: number; event: string }>(`
    select id, crc, event from journal where id > ? and id < ?
    union all select id, crc, event from journal_tail where id > ? and id < ? order by id`);
  return (run, number, after) => {
    const start = number * runSpan;
    const between = [start + after, start + runSpan] as const;
    const found = tail.has(number) ? withTail.all(...between, ...between) : rows.all(...between);
    const events: SequencedEvent[] = [];
    let last = after;
    for (const { id, crc, event } of found) {
      const seq = id - start;
      if (checksumOf(run, seq, event) !== crc) throw journalDamaged(run, last + 1, 'its checksum is wrong');
      // Written by us and unchanged, as the checksum shows, so its shape need not be parsed again.
      const parsed = JSON.parse(event) as RunEvent | RunEvent[];
      const row = Array.isArray(parsed) ? parsed : [parsed];
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
    return events;
  };
}
