// What many runs have in one commit. In the journal each run has a place of its own, so such a commit would write a page and a row
// for each of them; here it is one row, a list of what each run has in it, and what is here is moved to its places many commits at a
// time. All of it is in memory too: it is read from there, and from the disk only once, at the first use. A run's row counts the
// steps that are in their place; those that are here come on top (`stepsOf`).

import { crc32 } from 'node:zlib';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { isLong, type JournalPlaces, type Pack, packText, runSpan } from './journal-packs.ts';

/** So many events or characters are moved at once, in ten milliseconds or so: a move costs two syncs and writes each run's page anew. */
const mostEvents = 16384;
const mostCharacters = 4_000_000;
/** From so many runs in one commit on. */
const fewestRuns = 8;

interface Row {
  place: number;
  /** 0, or what a row from before was: one event's id in the journal; below 0 it is damaged, and runs up to that number may lack something. */
  id: number;
  crc: number;
  event: string;
}

interface Deps {
  read: ReadDb;
  write: WriteDb;
  places: JournalPlaces;
}

export class JournalTail {
  readonly #deps: Deps;
  readonly #insert;
  readonly #moveOld;
  readonly #markBroken;
  readonly #clear;
  readonly #kept;
  readonly #lastNumber;
  readonly #parts = new Map<number, Pack[]>();
  /** Runs with rows from before: each of one event, with a checksum of its own. */
  readonly #old = new Set<number>();
  #isRead = false;
  #events = 0;
  #characters = 0;
  #lastPlace = 0;
  /** Rows that could not be read: runs up to this number may lack their last events. */
  readonly #broken: number[] = [];
  #brokenUpTo = 0;
  #staged: readonly Pack[] = [];

  constructor(deps: Deps) {
    const { read, write } = deps;
    this.#deps = deps;
    this.#insert = write.changeMany('insert into journal_tail (place, id, crc, event) values (?, 0, ?, ?)');
    this.#moveOld = write.change('insert into journal (id, crc, event) select id, crc, event from journal_tail where id > 0 order by id');
    this.#markBroken = write.change('update journal_tail set id = -? where id = 0 and place in (select value from json_each(?))');
    this.#clear = write.change('delete from journal_tail where id >= 0');
    this.#kept = read.selectKept<Row>('select place, id, crc, event from journal_tail order by place');
    this.#lastNumber = read.selectKept<{ n: number | null }>('select max(number) as n from runs');
  }

  /** Whether something of the run is here. */
  has(number: number): boolean {
    this.#mustBeRead();
    return this.#parts.has(number) || this.#old.has(number);
  }

  /** Whether rows from before are here, which are read with the journal's. */
  hasOld(number: number): boolean {
    this.#mustBeRead();
    return this.#old.has(number);
  }

  /** In order; parts of the run between them may be in the journal. */
  partsOf(number: number): readonly Pack[] {
    this.#mustBeRead();
    return this.#parts.get(number) ?? [];
  }

  stepsOf(number: number): number {
    return this.partsOf(number).reduce((sum, { stepsDone }) => sum + stepsDone, 0);
  }

  /** Whether the run's last events may have been in a row that is damaged. */
  mayLackEnd(number: number): boolean {
    this.#mustBeRead();
    return number <= this.#brokenUpTo;
  }

  /** Whether it is time to move, or to keep what was found to be damaged before there are further runs. */
  get isFull(): boolean {
    this.#mustBeRead();
    return this.#broken.length > 0 || this.#events >= mostEvents || this.#characters >= mostCharacters;
  }

  /** Whether a commit with something of so many runs is kept here. */
  isFor(runs: number): boolean {
    return runs >= fewestRuns;
  }

  /** Inside the caller's transaction, which is told of by `settled`. */
  insert(packs: readonly Pack[]): void {
    this.#mustBeRead();
    const event = rowText(packs);
    const place = this.#lastPlace + 1;
    this.#insert.run(place, checksumAt(place, event), event);
    this.#staged = packs;
  }

  /** What was inserted last is on disk, or never was. */
  settled(isKept: boolean): void {
    const packs = this.#staged;
    this.#staged = [];
    if (!isKept || packs.length === 0) return;
    this.#lastPlace += 1;
    for (const pack of packs) this.#add(pack);
  }

  /** Moves everything to its place in the journal, in one commit. */
  move(): void {
    this.#mustBeRead();
    if (this.#events === 0 && this.#old.size === 0 && this.#broken.length === 0) return;
    this.#deps.write.atomically(() => {
      if (this.#old.size > 0) this.#moveOld.run();
      for (const parts of this.#parts.values()) for (const pack of parts) this.#deps.places.put(pack);
      // What cannot be read stays: it says that something is missing, and of whom.
      if (this.#broken.length > 0) this.#markBroken.run(this.#brokenUpTo, JSON.stringify(this.#broken));
      this.#clear.run();
    });
    this.#parts.clear();
    this.#old.clear();
    this.#broken.length = 0;
    this.#events = 0;
    this.#characters = 0;
  }

  #add(pack: Pack): void {
    this.#events += pack.count;
    this.#characters += pack.text.length;
    const parts = this.#parts.get(pack.number);
    const last = parts?.at(-1);
    if (parts === undefined || last === undefined) this.#parts.set(pack.number, [{ ...pack }]);
    else if (last.seq + pack.count !== pack.seq || isLong(last)) parts.push({ ...pack });
    else {
      last.seq = pack.seq;
      last.count += pack.count;
      last.text += `,${pack.text}`;
      last.stepsDone += pack.stepsDone;
    }
  }

  /** Not before it is first asked for: a database that is damaged here must still open. */
  #mustBeRead(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    for (const row of this.#kept.all()) {
      this.#lastPlace = row.place;
      if (row.id > 0) {
        this.#old.add(Math.floor(row.id / runSpan));
        continue;
      }
      const packs = row.id < 0 ? undefined : packsIn(row);
      for (const pack of packs ?? []) this.#add(pack);
      if (packs !== undefined) continue;
      if (row.id === 0) this.#broken.push(row.place);
      this.#brokenUpTo = Math.max(this.#brokenUpTo, row.id < 0 ? -row.id : (this.#lastNumber.get()?.n ?? 0));
    }
  }
}

/**
 * One row of them all. Each keeps its own text as a part of that from here on: what is held until it is moved is then one string for
 * each commit, not several for each event.
 */
function rowText(packs: readonly Pack[]): string {
  const heads = packs.map(({ run, number, seq }) => `["${run}",${number},${seq},`);
  const text = `[${packs.map((pack, at) => `${heads[at]}${packText(pack)}]`).join(',')}]`;
  let from = 1;
  for (const [at, pack] of packs.entries()) {
    const bracket = pack.count === 1 ? 0 : 1;
    from += (heads[at] as string).length + bracket;
    pack.text = text.slice(from, from + pack.text.length);
    from += pack.text.length + bracket + 2;
  }
  return text;
}

/** Of `tail|place|event`. */
const checksumAt = (place: number, event: string): number => crc32(event, crc32(`tail|${place}|`));

/** Undefined when it is damaged. */
function packsIn({ place, crc, event }: Row): Pack[] | undefined {
  if (checksumAt(place, event) !== crc) return undefined;
  const rows = JSON.parse(event) as [run: RunId, number: number, seq: number, events: RunEvent | RunEvent[]][];
  return rows.map(([run, number, seq, given]) => {
    const events = Array.isArray(given) ? given : [given];
    const stepsDone = events.filter(({ type }) => type === 'step-done').length;
    return { run, number, seq, count: events.length, text: JSON.stringify(events).slice(1, -1), stepsDone };
  });
}
