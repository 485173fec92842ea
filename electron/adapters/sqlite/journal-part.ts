// Parts of a run's journal, so that who wants its end or one step need not read and check all of it. What is given is verified like
// all that is read; what is not read is not looked at.

import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb } from './db.ts';
import { endOf, eventsOf, type KeptRow, keptRow, rowOf } from './journal-kept.ts';
import { packText, runSpan } from './journal-packs.ts';
import { eventsIn, type JournalRow, journalDamaged, mustBeWhole } from './journal-rows.ts';
import type { JournalTail } from './journal-tail.ts';

const rowsAtOnce = 32;

export interface NewestLimits {
  events: number;
  /** Of JSON; one event is always given. */
  chars: number;
}

export interface NewestRows {
  /** In order; the first holds the run's beginning alone where something is left out after it. */
  rows: KeptRow[];
  leftOut: number;
}

interface Deps {
  read: ReadDb;
  tail: JournalTail;
  all(run: RunId, number: number, after: number): SequencedEvent[];
}

export function journalParts({ read, tail, all }: Deps) {
  const newestRows = read.selectKept<JournalRow>('select id, crc, event from journal where id > ? and id < ? order by id desc limit ?');
  const firstRow = read.selectKept<JournalRow>('select id, crc, event from journal where id > ? and id < ? order by id limit 1');
  const rowsWith = read.selectKept<JournalRow>(
    'select id, crc, event from journal where id > ? and id < ? and instr(event, ?) > 0 order by id',
  );

  /** From the newest on, those with something after `after`. Where one begins is known by the one before it. */
  function* backwards(run: RunId, number: number, after: number): Generator<KeptRow> {
    const start = number * runSpan;
    let before = start + runSpan;
    let row: JournalRow | undefined;
    for (;;) {
      const found = newestRows.all(start + after, before, rowsAtOnce);
      for (const older of found) {
        if (row !== undefined) yield* whole(run, row, older.id - start + 1);
        row = older;
      }
      const last = found.at(-1);
      if (last === undefined || found.length < rowsAtOnce) break;
      before = last.id;
    }
    if (row === undefined) return;
    if (after === 0) return yield* whole(run, row, 1);
    // It may begin before what was asked for.
    const oldest = keptRow(run, row, undefined);
    yield oldest.first > after ? oldest : endOf(oldest, oldest.last - after);
    if (oldest.first > after + 1) throw journalDamaged(run, after + 1, 'it is missing');
  }

  /** A gap before it is damage to whoever goes on. */
  function* whole(run: RunId, row: JournalRow, expected: number): Generator<KeptRow> {
    const kept = keptRow(run, row, expected);
    yield kept;
    if (kept.first !== expected) throw journalDamaged(run, expected, 'it is missing');
  }

  return {
    /** Rows after `after`: the newest events that are within the limits. */
    newest(run: RunId, number: number, after: number, limits: NewestLimits): NewestRows {
      // Few runs have something there, and what it is lies between what is in the journal.
      if (tail.has(number)) return bounded(all(run, number, after), limits);
      const rows: KeptRow[] = [];
      const left = { ...limits };
      for (const row of backwards(run, number, after)) {
        const count = row.last - row.first + 1;
        const chars = row.text?.length ?? 0;
        if (count > left.events || chars > left.chars) {
          const fits = fitting(eventsOf(row), left, rows.length === 0);
          if (fits > 0) rows.push(endOf(row, fits));
          break;
        }
        rows.push(row);
        left.events -= count;
        left.chars -= chars;
        if (left.events === 0) break;
      }
      rows.reverse();
      const last = rows.at(-1);
      if (tail.mayLackEnd(number)) mustBeWhole(tail, run, number, last === undefined ? [] : eventsOf(last), after);
      const leftOut = (rows[0]?.first ?? after + 1) - after - 1;
      const begin = leftOut > 0 && after === 0 ? firstRow.get(number * runSpan, (number + 1) * runSpan) : undefined;
      const first = begin === undefined ? undefined : eventsIn(run, begin)[0];
      return first?.event.type === 'run-start' ? { rows: [rowOf(first), ...rows], leftOut: leftOut - 1 } : { rows, leftOut };
    },
    /** Those of one step. */
    step(run: RunId, number: number, step: string): SequencedEvent[] {
      const named = `"step":${JSON.stringify(step)}`;
      const isOfStep = ({ event }: SequencedEvent): boolean => 'step' in event && event.step === step;
      if (tail.hasOld(number)) return all(run, number, 0).filter(isOfStep);
      const start = number * runSpan;
      const events = rowsWith.all(start, start + runSpan, named).flatMap((row) => eventsIn(run, row));
      for (const pack of tail.partsOf(number)) {
        if (!pack.text.includes(named)) continue;
        const parsed = JSON.parse(packText({ ...pack, count: 2 })) as RunEvent[];
        events.push(...parsed.map((event, at) => ({ seq: pack.seq - parsed.length + 1 + at, event })));
      }
      return events.filter(isOfStep).sort((a, b) => a.seq - b.seq);
    },
  };
}

/** How many of these, counted from the end. */
function fitting(events: readonly SequencedEvent[], { events: most, chars }: NewestLimits, isAlwaysOne: boolean): number {
  let count = 0;
  let length = 0;
  while (count < events.length && count < most) {
    length += JSON.stringify(events[events.length - 1 - count]?.event).length;
    if (length > chars && !(count === 0 && isAlwaysOne)) break;
    count += 1;
  }
  return count;
}

function bounded(events: readonly SequencedEvent[], limits: NewestLimits): NewestRows {
  const kept = events.slice(events.length - fitting(events, limits, true));
  const leftOut = events.length - kept.length;
  const first = events[0];
  if (leftOut === 0 || first?.event.type !== 'run-start') return { rows: kept.map(rowOf), leftOut };
  return { rows: [first, ...kept].map(rowOf), leftOut: leftOut - 1 };
}
