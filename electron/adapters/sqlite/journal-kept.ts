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

/** Whether the text alone shows that it holds so many events, all of them of known types: an event is written with its type in front. */
const saysThatItHolds = (text: string, count: number): boolean =>
  text.startsWith('[') ? listsPlainly(text, count) || lists(text, count) : count === 1 && isEventAt(text, 0);

const opening = '{"type":"';
const isEventAt = (text: string, at: number): boolean =>
  text.startsWith(opening, at) && known.has(text.slice(at + opening.length, text.indexOf('"', at + opening.length)));

/** Quickly, where no event nests a list with objects: then each object that follows another one is an event. */
function listsPlainly(text: string, count: number): boolean {
  if (!isEventAt(text, 1) || text.includes('[{', 1)) return false;
  let found = 1;
  for (let at = text.indexOf(',{'); at !== -1; at = text.indexOf(',{', at + 2)) {
    if (text[at - 1] !== '}' || !isEventAt(text, at + 1)) return false;
    found += 1;
  }
  return found === count;
}

const sign = { quote: 34, listOpens: 91, escape: 92, listCloses: 93, opens: 123, closes: 125 };

/** Whatever they nest: by counting brackets outside of texts. */
function lists(text: string, count: number): boolean {
  let found = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === sign.quote) {
      at = endOfText(text, at);
      if (at < 0) return false;
    } else if (code === sign.opens || code === sign.listOpens) {
      if (depth === 1) {
        if (!isEventAt(text, at)) return false;
        found += 1;
      }
      depth += 1;
    } else if (code === sign.closes || code === sign.listCloses) depth -= 1;
  }
  return found === count;
}

/** Where the quote is that closes the one at `begin`; below 0 when none does. */
function endOfText(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === sign.escape) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return -1;
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
