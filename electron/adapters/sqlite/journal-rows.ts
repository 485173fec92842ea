// The journal's rows: written inside the caller's transaction together with what they mean for the run's own row, and read back
// verified.

import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type RunEvent, runEvent, type SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { JournalTail } from './journal-tail.ts';

/** Events of one run: a row's id is `number * runSpan + seq`. */
export const runSpan = 2 ** 21;

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
    const done = new Map<number, number>();
    const isForTail = this.#tail.isFor(batch);
    for (const { run, number, seq, event, json, names } of batch) {
      if (isForTail) this.#tail.insert(number, number * runSpan + seq, checksumOf(run, seq, json), json);
      else this.#insert.run(number * runSpan + seq, checksumOf(run, seq, json), json);
      for (const name of names) this.#use.run(name, number);
      if (event.type === 'step-done') done.set(number, (done.get(number) ?? 0) + 1);
      else if (event.type === 'run-status') this.#status.run(event.status, number);
      else if (event.type === 'run-end')
        this.#end.run(event.status, event.at, event.error === undefined ? null : JSON.stringify(event.error), number);
    }
    for (const [number, count] of done) this.#steps.run(count, number);
  }

  note({ hash, run, step }: { hash: string; run: RunId; step: string }): void {
    this.#note.run(hash, step, run);
  }
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
    let expected = after;
    const between = [start + after, start + runSpan] as const;
    const found = tail.has(number) ? withTail.all(...between, ...between) : rows.all(...between);
    return found.map(({ id, crc, event }) => {
      const seq = id - start;
      expected += 1;
      if (seq !== expected) throw journalDamaged(run, expected, 'it is missing');
      if (checksumOf(run, seq, event) !== crc) throw journalDamaged(run, seq, 'its checksum is wrong');
      // Written by us and unchanged, as the checksum shows, so its shape need not be parsed again.
      const parsed = JSON.parse(event) as RunEvent;
      if (!known.has(parsed.type)) throw journalNewer(run, seq);
      return { seq, event: parsed };
    });
  };
}
