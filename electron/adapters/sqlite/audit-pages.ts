// The rows of the log: what was written in one commit is a page, a text of one line for each entry (`auditLine`), chained as one. Read
// here page by page, from either end; which of its entries are wanted is for who asks. Nothing is checked but that the numbers fit.

import type { ChainPage } from '../audit/chain.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';

/** What is short stands first: the text of a page goes on elsewhere in the file, and is not read for what stands before it. */
export const pageColumns = 'first, last, first_at, last_at, key, mac, lines';

/** In the log's file, and, without fences, in orrery.db, where a backup carries it. */
export const pagesTable = `
create table if not exists audit_pages (
  -- Numbers of its first and last entry, and the earliest and latest time of any of them.
  first integer primary key not null, last integer not null,
  first_at integer not null, last_at integer not null,
  -- Which key chained it, and HMAC-SHA-256 over it and the page before.
  key text not null, mac text not null,
  lines text not null
) strict;
`;

/** A page holds so many entries at most: it is read as a whole, and named as a whole when it was changed. */
const mostLines = 200;
/** Numbers that an entry can have; a row that was put in elsewhere is not read, and verifying names it. */
export const numbered = `first between 1 and ${Number.MAX_SAFE_INTEGER}`;
/** Pages that are read at a time. */
const slicePages = 16;

export const linesIn = ({ lines }: Pick<ChainPage, 'lines'>): string[] => lines.split('\n');

/** Its numbers, times and brackets fit the lines that it holds; else it was changed. Its hash is over what stands between its brackets. */
export function isSound(page: ChainPage, lines: readonly string[]): boolean {
  const { first_at, last_at } = timesOf(lines);
  const isBracketed = page.lines.startsWith('[') && page.lines.endsWith(']');
  return isBracketed && page.last === page.first + lines.length - 1 && page.first_at === first_at && page.last_at === last_at;
}

/** Its first field; NaN when it has none. */
const timeOf = (line: string): number => Number.parseInt(line.slice(1, 20), 10);

function timesOf(lines: readonly string[]): Pick<ChainPage, 'first_at' | 'last_at'> {
  let first_at = Number.POSITIVE_INFINITY;
  let last_at = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const at = timeOf(line);
    first_at = Math.min(first_at, at);
    last_at = Math.max(last_at, at);
  }
  return { first_at, last_at };
}

/** Of texts of `auditLine`, in their order; their places in the chain are given by who chains them. */
export function pagesOf(lines: readonly string[]): (Pick<ChainPage, 'first_at' | 'last_at' | 'lines'> & { count: number })[] {
  const pages = [];
  for (let at = 0; at < lines.length; at += mostLines) {
    const some = lines.slice(at, at + mostLines);
    pages.push({ ...timesOf(some), lines: some.join('\n'), count: some.length });
  }
  return pages;
}

export const pageWriter = (write: WriteDb): ((page: ChainPage) => void) => {
  const insert = write.changeMany(`insert into audit_pages (${pageColumns}) values (?, ?, ?, ?, ?, ?, ?)`);
  return (page) => insert.run(...pageFields(page));
};

/** In the order of its columns. */
const pageFields = ({ first, last, first_at, last_at, key, mac, lines }: ChainPage) => [first, last, first_at, last_at, key, mac, lines];

export interface PageReader {
  /** The page that holds it. */
  holding(seq: number): ChainPage | undefined;
  newest(): ChainPage | undefined;
  /** Oldest first, those that hold anything after this number. */
  after(seq: number): Generator<ChainPage>;
  /** Newest first, those that hold anything before this number; `where` may name columns of a page. */
  before(seq: number, where?: { sql: string; params: readonly SqlValue[] }): Generator<ChainPage>;
}

export function pageReader(read: ReadDb): PageReader {
  const upTo = read.selectKept<ChainPage>(
    `select ${pageColumns} from audit_pages where ${numbered} and first <= ? order by first desc limit 1`,
  );
  const from = read.selectKept<ChainPage>(
    `select ${pageColumns} from audit_pages where ${numbered} and first > ? order by first limit ${slicePages}`,
  );
  const holding = (seq: number): ChainPage | undefined => {
    const page = upTo.get(seq);
    return page !== undefined && page.last >= seq ? page : undefined;
  };
  return {
    holding,
    newest: () => upTo.get(Number.MAX_SAFE_INTEGER),
    *after(seq) {
      const begun = holding(seq + 1);
      if (begun !== undefined) yield begun;
      for (let last = begun?.first ?? seq; ; ) {
        const slice = from.all(last);
        yield* slice;
        const end = slice.at(-1);
        if (end === undefined || slice.length < slicePages) return;
        last = end.first;
      }
    },
    *before(seq, where) {
      const condition = where === undefined ? '' : ` and ${where.sql}`;
      const statement = read.selectKept<ChainPage>(
        `select ${pageColumns} from audit_pages where ${numbered} and first < ?${condition} order by first desc limit ${slicePages}`,
      );
      for (let first = seq; ; ) {
        const slice = statement.all(first, ...(where?.params ?? []));
        yield* slice;
        const end = slice.at(-1);
        if (end === undefined || slice.length < slicePages) return;
        first = end.first;
      }
    },
  };
}
