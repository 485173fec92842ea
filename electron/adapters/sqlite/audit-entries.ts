// The log's entries as they are asked for, read from its pages. Each way to ask gives way every now and then: whoever runs it lets others
// have their turn, or does not (`atOnce`). The same on the main thread and in the log's reading thread. Changes nothing.

import { cancelled } from '../../../shared/errors.ts';
import { type AuditEntry, type AuditFilter, auditEntry } from '../../../shared/model/audit.ts';
import { type AuditFields, plainEntry, readFields } from '../../../shared/model/audit-line.ts';
import type { ChainPage } from '../audit/chain.ts';
import { linesWith, matcherOf, pagesWith } from './audit-match.ts';
import { linesIn, pageReader } from './audit-pages.ts';
import type { ReadDb } from './db.ts';
import { isDamaged, recordDamaged } from './rows.ts';

/** Gives what was asked for at its end, and undefined wherever it may be held up until then. */
export type Reading<T> = Generator<undefined, T>;

export interface AuditEntries {
  /** Newest first. */
  list(filter: AuditFilter): Reading<AuditEntry[]>;
  /** Throws `record-damaged`. */
  get(seq: number): AuditEntry | undefined;
  /** Oldest first, after this number. */
  after(seq: number, limit: number, until?: number): Reading<AuditEntry[]>;
  /** The number before the first entry at or after this time. */
  seqBefore(at: number): Reading<number>;
}

/** Others wait no longer than this, and one page. */
const turnMs = 3;

/** Throws `cancelled`. */
export async function inTurns<T>(reading: Reading<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let since = performance.now(); ; ) {
    if (signal?.aborted === true) throw cancelled('Reading the audit log was stopped.');
    const step = reading.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < turnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}

export function atOnce<T>(reading: Reading<T>): T {
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** Filters of nothing but a place find what they look for on the first pages. */
export const isSearch = (filter: AuditFilter): boolean => pagesWith(filter) !== undefined;

export function auditEntries(read: ReadDb): AuditEntries {
  const pages = pageReader(read);
  return {
    *list(filter) {
      const matches = matcherOf(filter);
      const may = linesWith(filter);
      const before = filter.before ?? Number.MAX_SAFE_INTEGER;
      return yield* some(pages.before(before, pagesWith(filter)), filter.limit, (page) =>
        placesIn(page, may)
          .reverse()
          .filter(({ seq, fields }) => seq < before && fields !== undefined && matches(fields)),
      );
    },
    get(seq) {
      const page = pages.holding(seq);
      const place = page === undefined ? undefined : placesIn(page)[seq - page.first];
      return place === undefined ? undefined : toEntry(place);
    },
    after: (seq, limit, until = Number.MAX_SAFE_INTEGER) =>
      some(pages.after(seq), limit, (page) =>
        page.first_at > until ? [] : placesIn(page).filter((place) => place.seq > seq && Number(place.fields?.[0] ?? 0) <= until),
      ),
    /** Times may go back, so it is looked for from the end. */
    *seqBefore(at) {
      const upTo = Math.ceil(at);
      for (const page of pages.before(Number.MAX_SAFE_INTEGER, { sql: 'first_at < ?', params: [upTo] }))
        if (page === undefined) yield;
        else return placesIn(page).findLast(({ fields }) => Number(fields?.[0] ?? upTo) < upTo)?.seq ?? page.first - 1;
      return 0;
    },
  };
}

interface Place {
  seq: number;
  /** Undefined where the line cannot be read. */
  fields: AuditFields | undefined;
}

const placesIn = (page: ChainPage, may: (line: string) => boolean = () => true): Place[] =>
  linesIn(page).flatMap((line, at) => (may(line) ? [{ seq: page.first + at, fields: readFields(line) }] : []));

/** Throws `record-damaged`. */
function toEntry({ seq, fields }: Place): AuditEntry {
  const read = fields === undefined ? undefined : auditEntry.safeParse(plainEntry(seq, fields));
  if (read?.success) return read.data;
  throw recordDamaged(`entry ${seq} of the audit log`, read?.error);
}

/** So many of those that are wanted of each page. One that is damaged must not hide the others. */
function* some(pages: Iterable<ChainPage | undefined>, limit: number, wanted: (page: ChainPage) => Place[]): Reading<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const page of pages) {
    for (const place of page === undefined ? [] : wanted(page)) {
      if (entries.length >= limit) return entries;
      try {
        entries.push(toEntry(place));
      } catch (error) {
        if (!isDamaged(error)) throw error;
      }
    }
    if (entries.length >= limit) return entries;
    yield;
  }
  return entries;
}
