// A row of the journal on its way out: verified, and parsed only where its text alone does not say what it holds. Most of what a page
// is shown goes to it as the text that was written (`KeptRows`).

import type { RunId } from '../../../shared/model/ids.ts';
import { KeptRows } from '../../../shared/model/kept-rows.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import { checksumOf, runSpan } from './journal-packs.ts';
import { type JournalRow, journalDamaged, journalNewer, known, parsedRow } from './journal-rows.ts';

export interface KeptRow {
  /** Of its first and its last event. */
  first: number;
  last: number;
  /** JSON of the event, or of a list of events; missing where they do not come out of one row as they are. */
  text?: string;
  /** Where they had to be parsed. */
  events?: readonly RunEvent[];
}

/**
 * `expected` is where it begins when nothing is missing before it. A row that begins elsewhere says so by its `first`.
 * Throws `journal-damaged`, `journal-newer`.
 */
export function keptRow(run: RunId, { id, crc, event: text }: JournalRow, expected: number | undefined): KeptRow {
  const last = id % runSpan;
  if (checksumOf(run, last, text) !== crc) throw journalDamaged(run, last, 'its checksum is wrong');
  if (expected !== undefined && saysThatItHolds(text, last - expected + 1)) return { first: expected, last, text };
  const events = parsedRow(text);
  const first = last - events.length + 1;
  if (first < 1) throw journalDamaged(run, 1, 'it is missing');
  for (const [at, { type }] of events.entries()) if (!known.has(type)) throw journalNewer(run, first + at);
  return { first, last, text, events };
}

const opening = '{"type":"';

/**
 * Whether the text alone shows that it holds so many events, all of them of known types: an event is written with its type in front.
 * What nests something that looks alike, as answers of tools do, is parsed to be sure.
 */
function saysThatItHolds(text: string, count: number): boolean {
  let found = 0;
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at)) {
    at += opening.length;
    if (!known.has(text.slice(at, text.indexOf('"', at)))) return false;
    found += 1;
  }
  return found === count;
}

const parsed = ({ events, text = '[]' }: KeptRow): readonly RunEvent[] => events ?? parsedRow(text);

export const eventsOf = (row: KeptRow): SequencedEvent[] => parsed(row).map((event, at) => ({ seq: row.first + at, event }));

/** Its newest `count` events. */
export const endOf = (row: KeptRow, count: number): KeptRow => ({
  first: row.last - count + 1,
  last: row.last,
  events: parsed(row).slice(-count),
});

/** The same of an event that is there already. */
export const rowOf = ({ seq, event }: SequencedEvent): KeptRow => ({ first: seq, last: seq, events: [event] });

export function asKeptRows(rows: readonly KeptRow[]): KeptRows {
  // Added up and not joined: what is put together here and around it is then copied once, when it is sent.
  let text = '[';
  for (const { first, last, events, text: written = JSON.stringify(events) } of rows)
    text += `${text.length > 1 ? ',' : ''}[${first},${last},${withoutHostile(written)}]`;
  return new KeptRows(`${text}]`);
}

const hostileKey = '__proto__';

/** A key that could reach a prototype in the page stays here, as it does in every other answer. */
const withoutHostile = (text: string): string =>
  text.includes(hostileKey) ? JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === hostileKey ? undefined : value))) : text;
