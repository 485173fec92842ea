// Parts of a run's journal, so that who wants its end or one step need not read and check all of it. What is given is verified like
// all that is read; what is not read is not looked at.

import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import type { ReadDb } from './db.ts';
import { packText, runSpan } from './journal-packs.ts';
import { eventsIn, type JournalRow, journalDamaged, mustBeWhole } from './journal-rows.ts';
import type { JournalTail } from './journal-tail.ts';

const rowsAtOnce = 32;

export interface NewestLimits {
  events: number;
  /** Of JSON; one event is always given. */
  chars: number;
}

export interface Newest {
  /** In order; the first is the run's beginning where that was asked for, whatever is left out after it. */
  events: SequencedEvent[];
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

  /** From the newest on; stops when `take` says so. Gives the seq of the oldest that was read, minus one. */
  function backwards(
    run: RunId,
    number: number,
    after: number,
    take: (events: readonly SequencedEvent[], chars: number) => boolean,
  ): number {
    const start = number * runSpan;
    let before = start + runSpan;
    let oldest: number | undefined;
    for (;;) {
      const rows = newestRows.all(start + after, before, rowsAtOnce);
      for (const row of rows) {
        const events = eventsIn(run, row);
        const seq = row.id - start;
        if (oldest !== undefined && seq !== oldest - 1) throw journalDamaged(run, seq + 1, 'it is missing');
        oldest = events[0]?.seq ?? seq;
        if (oldest < 1) throw journalDamaged(run, 1, 'it is missing');
        if (!take(events, row.event.length)) return oldest - 1;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsAtOnce) break;
      before = last.id;
    }
    if (oldest !== undefined && oldest > after + 1) throw journalDamaged(run, after + 1, 'it is missing');
    return after;
  }

  return {
    /** Events after `after`: the newest that are within the limits. */
    newest(run: RunId, number: number, after: number, limits: NewestLimits): Newest {
      // Few runs have something there, and what it is lies between what is in the journal.
      if (tail.has(number)) return bounded(all(run, number, after), limits);
      const parts: (readonly SequencedEvent[])[] = [];
      const left = { ...limits };
      let isFirst = true;
      backwards(run, number, after, (events, chars) => {
        const wanted = (events[0]?.seq ?? 0) > after ? events : events.filter(({ seq }) => seq > after);
        const isAll = wanted.length <= left.events && chars <= left.chars;
        const kept = isAll ? wanted : wanted.slice(wanted.length - fitting(wanted, left, isFirst));
        isFirst = false;
        parts.push(kept);
        left.events -= kept.length;
        left.chars -= chars;
        return isAll && left.events > 0;
      });
      const events = parts.reverse().flat();
      mustBeWhole(tail, run, number, events, after);
      const leftOut = (events[0]?.seq ?? after + 1) - after - 1;
      const begin = leftOut > 0 && after === 0 ? firstRow.get(number * runSpan, (number + 1) * runSpan) : undefined;
      const first = begin === undefined ? undefined : eventsIn(run, begin)[0];
      return first?.event.type === 'run-start' ? { events: [first, ...events], leftOut: leftOut - 1 } : { events, leftOut };
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

function bounded(events: readonly SequencedEvent[], limits: NewestLimits): Newest {
  const kept = events.slice(events.length - fitting(events, limits, true));
  const leftOut = events.length - kept.length;
  const first = events[0];
  if (leftOut === 0 || first?.event.type !== 'run-start') return { events: kept, leftOut };
  return { events: [first, ...kept], leftOut: leftOut - 1 };
}
