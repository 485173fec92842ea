// Where rows go when many runs share a commit. In the journal each run has a place of its own, so such a commit would write a page
// for each of them; here they follow each other, and are moved to their places many at a time. What is in memory only tells where
// rows may be: after a commit that failed it may name more than there is, never less.

import type { ReadDb, WriteDb } from './db.ts';

/** Moving so many takes a few milliseconds. */
const most = 2048;
/** From so many runs in one commit on. */
const fewestRuns = 8;

export class JournalTail {
  readonly #write: WriteDb;
  readonly #insert;
  readonly #move;
  readonly #clear;
  readonly #kept;
  /** Read when it is first asked for: a database that is damaged here must still open. */
  #runs: Set<number> | undefined;
  #count = 0;

  constructor(read: ReadDb, write: WriteDb, runSpan: number) {
    this.#write = write;
    this.#insert = write.changeMany('insert into journal_tail (id, crc, event) values (?, ?, ?)');
    this.#move = write.change('insert into journal (id, crc, event) select id, crc, event from journal_tail order by id');
    this.#clear = write.change('delete from journal_tail');
    this.#kept = read.selectKept<{ number: number; count: number }>(
      `select id / ${runSpan} as number, count(*) as count from journal_tail group by 1`,
    );
  }

  /** Whether rows of the run may be here. */
  has(number: number): boolean {
    return this.#known().has(number);
  }

  get isFull(): boolean {
    this.#known();
    return this.#count >= most;
  }

  /** Whether a commit with rows of so many runs would touch a page for nearly each of them. */
  isFor(runs: number): boolean {
    return runs >= fewestRuns;
  }

  /** Inside the caller's transaction. */
  insert(number: number, id: number, crc: number, event: string): void {
    this.#insert.run(id, crc, event);
    this.#known().add(number);
    this.#count += 1;
  }

  /** Moves all rows to their places in the journal, in one commit. */
  move(): void {
    const runs = this.#known();
    if (this.#count === 0) return;
    this.#write.atomically(() => {
      this.#move.run();
      this.#clear.run();
    });
    runs.clear();
    this.#count = 0;
  }

  #known(): Set<number> {
    if (this.#runs !== undefined) return this.#runs;
    const rows = this.#kept.all();
    this.#count = rows.reduce((sum, { count }) => sum + count, 0);
    this.#runs = new Set(rows.map(({ number }) => number));
    return this.#runs;
  }
}
