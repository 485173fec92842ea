// The journal's rows and its queue. Many runs share one commit: what is appended within one turn of the event loop, or 64
// events, goes to disk together. A failed commit rejects everyone who waits for it and keeps nothing of it, so what is
// appended later gets the numbers that were not used and the order stays that of the calls.

import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb, WriteDb } from './db.ts';

/** Events of one run: a row's id is `number * runSpan + seq`. */
export const runSpan = 2 ** 21;
const batchSize = 64;

export const checksumOf = (run: RunId, seq: number, json: string): number => crc32(`${run}|${seq}|${json}`);

export const journalDamaged = (run: RunId, row: number | string, what: string): AppError =>
  new AppError('journal-damaged', `The journal of run ${run} is damaged at row ${row}: ${what}.`, {
    hint: 'The run cannot go on from its journal. Start it again, or put back a backup of the database.',
    details: { run, row },
  });

interface Queued {
  run: RunId;
  number: number;
  seq: number;
  event: RunEvent;
  json: string;
  resolve(): void;
  reject(error: unknown): void;
}

export class JournalQueue {
  readonly #write: WriteDb;
  readonly #rows: JournalRows;
  readonly #numberOf: (run: RunId) => number;
  /** Where live runs are: their row number and the last seq given out. */
  readonly #live = new Map<RunId, { number: number; seq: number }>();
  readonly #lastSeq;
  /** Runs that lost a row in this turn of the event loop: who goes on before hearing of it is refused too, or it would leave a gap. */
  readonly #refused = new Map<RunId, unknown>();
  #queue: Queued[] = [];
  #timer: NodeJS.Immediate | undefined;

  constructor(read: ReadDb, write: WriteDb, numberOf: (run: RunId) => number) {
    this.#write = write;
    this.#rows = new JournalRows(write);
    this.#numberOf = numberOf;
    this.#lastSeq = read.select<{ id: number | null }>('select max(id) as id from journal where id > ? and id < ?');
  }

  append(run: RunId, event: RunEvent): { seq: number; durable: Promise<void> } {
    if (this.#refused.has(run)) return refused(this.#refused.get(run));
    const place = this.#placeOf(run);
    if (place.seq + 1 >= runSpan)
      throw new AppError('journal-full', `The run has more than ${runSpan - 2} events.`, {
        hint: 'Split the workflow: let it start sub-workflows, each with a journal of its own.',
      });
    const json = JSON.stringify(event);
    place.seq += 1;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever awaits it sees the failure; who runs ahead without awaiting must not bring the process down by it.
    promise.catch(() => undefined);
    this.#queue.push({ run, number: place.number, seq: place.seq, event, json, resolve, reject });
    if (this.#queue.length >= batchSize) this.#commit();
    else this.#timer ??= setImmediate(() => this.#commit());
    return { seq: place.seq, durable: promise };
  }

  /** Rejects when the commit fails. */
  async flush(): Promise<void> {
    const error = this.#commit();
    if (error !== undefined) throw error;
  }

  /** Commits what is queued, then forgets where the run was: it is about to be removed. */
  forget(run: RunId): void {
    this.#commit();
    this.#live.delete(run);
  }

  #placeOf(run: RunId): { number: number; seq: number } {
    const known = this.#live.get(run);
    if (known !== undefined) return known;
    const number = this.#numberOf(run);
    const last = this.#lastSeq.get(number * runSpan, (number + 1) * runSpan)?.id ?? null;
    const place = { number, seq: last === null ? 0 : last - number * runSpan };
    this.#live.set(run, place);
    return place;
  }

  #commit(): unknown {
    clearImmediate(this.#timer);
    this.#timer = undefined;
    const batch = this.#queue;
    if (batch.length === 0) return undefined;
    this.#queue = [];
    try {
      this.#write.atomically(() => this.#rows.insert(batch));
    } catch (error) {
      // Nothing else can be queued meanwhile, so the numbers start again from what is on disk.
      if (this.#refused.size === 0) setImmediate(() => this.#refused.clear());
      for (const item of batch) {
        this.#live.delete(item.run);
        this.#refused.set(item.run, error);
        item.reject(error);
      }
      return error;
    }
    for (const item of batch) {
      if (item.event.type === 'run-end') this.#live.delete(item.run);
      item.resolve();
    }
    return undefined;
  }
}

function refused(error: unknown): { seq: number; durable: Promise<void> } {
  const durable = Promise.reject(error);
  durable.catch(() => undefined);
  return { seq: 0, durable };
}

/** Writes rows, and what they mean for the run's own row, inside the caller's transaction. */
class JournalRows {
  readonly #insert;
  readonly #status;
  readonly #end;
  readonly #steps;

  constructor(write: WriteDb) {
    this.#insert = write.changeMany('insert into journal (id, crc, event) values (?, ?, ?)');
    this.#status = write.change('update runs set status = ? where number = ?');
    this.#end = write.change('update runs set status = ?, ended_at = ?, error = ? where number = ?');
    this.#steps = write.change('update runs set steps_done = steps_done + ? where number = ?');
  }

  insert(batch: readonly Pick<Queued, 'run' | 'number' | 'seq' | 'event' | 'json'>[]): void {
    const done = new Map<number, number>();
    for (const { run, number, seq, event, json } of batch) {
      this.#insert.run(number * runSpan + seq, checksumOf(run, seq, json), json);
      if (event.type === 'step-done') done.set(number, (done.get(number) ?? 0) + 1);
      else if (event.type === 'run-status') this.#status.run(event.status, number);
      else if (event.type === 'run-end')
        this.#end.run(event.status, event.at, event.error === undefined ? null : JSON.stringify(event.error), number);
    }
    for (const [number, count] of done) this.#steps.run(count, number);
  }
}

/** Verified rows in order; a row that is missing in between is damage too. Throws `journal-damaged`. */
export function journalReader(read: ReadDb): (run: RunId, number: number, after: number) => SequencedEvent[] {
  const rows = read.select<{ id: number; crc: number; event: string }>(
    'select id, crc, event from journal where id > ? and id < ? order by id',
  );
  return (run, number, after) => {
    const start = number * runSpan;
    let expected = after;
    return rows.all(start + after, start + runSpan).map(({ id, crc, event }) => {
      const seq = id - start;
      expected += 1;
      if (seq !== expected) throw journalDamaged(run, expected, 'it is missing');
      if (checksumOf(run, seq, event) !== crc) throw journalDamaged(run, seq, 'its checksum is wrong');
      // Written by us and unchanged, as the checksum shows, so its shape need not be parsed again.
      return { seq, event: JSON.parse(event) as RunEvent };
    });
  };
}
