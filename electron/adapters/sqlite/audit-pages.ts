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
/** Pages that are read at a time: twice as many where it took less than the one, half where it took more than the other, in milliseconds. */
const mostPages = 1024;
const quickMs = 1;
const slowMs = 3;

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
  /** Of the newest, without its lines. */
  newest(): Pick<ChainPage, 'last' | 'mac'> | undefined;
  /** Oldest first, those that hold anything after this number. */
  after(seq: number): Generator<ChainPage>;
  /**
   * Newest first, those that hold anything before this number; `where` may name columns of a page. Undefined after some that were looked
   * at, whether any of them was wanted or not.
   */
  before(seq: number, where?: { sql: string; params: readonly SqlValue[] }): Generator<ChainPage | undefined>;
}

/** So many at a time as are read in a millisecond or two, beginning with one: of one entry each they are many, of large ones few. */
function paced() {
  let size = 1;
  return <T>(read: (size: number) => T): { size: number; found: T } => {
    const began = performance.now();
    const done = { size, found: read(size) };
    const took = performance.now() - began;
    if (took < quickMs) size = Math.min(size * 2, mostPages);
    else if (took > slowMs) size = Math.max(1, size >> 1);
    return done;
  };
}

export function pageReader(read: ReadDb): PageReader {
  const upTo = read.selectKept<ChainPage>(
    `select ${pageColumns} from audit_pages where ${numbered} and first <= ? order by first desc limit 1`,
  );
  const newest = read.selectKept<Pick<ChainPage, 'last' | 'mac'>>(
    `select last, mac from audit_pages where ${numbered} order by first desc limit 1`,
  );
  const from = read.selectKept<ChainPage>(`select ${pageColumns} from audit_pages where ${numbered} and first > ? order by first limit ?`);
  const down = read.selectKept<{ low: number | null; n: number }>(
    `select min(first) as low, count(*) as n
     from (select first from audit_pages where ${numbered} and first < ? order by first desc limit ?)`,
  );
  const holding = (seq: number): ChainPage | undefined => {
    const page = upTo.get(seq);
    return page !== undefined && page.last >= seq ? page : undefined;
  };
  return {
    holding,
    newest: () => newest.get(),
    *after(seq) {
      const begun = holding(seq + 1);
      if (begun !== undefined) yield begun;
      const some = paced();
      for (let last = begun?.first ?? seq; ; ) {
        const { size, found } = some((most) => from.all(last, most));
        yield* found;
        const end = found.at(-1);
        if (end === undefined || found.length < size) return;
        last = end.first;
      }
    },
    *before(seq, where) {
      const condition = where === undefined ? '' : ` and ${where.sql}`;
      const between = read.selectKept<ChainPage>(
        `select ${pageColumns} from audit_pages where first >= ? and first < ?${condition} order by first desc`,
      );
      const some = paced();
      for (let top = seq; ; ) {
        const { size, found } = some((most) => {
          const { low = null, n = 0 } = down.get(top, most) ?? {};
          return { low, n, pages: low === null ? [] : between.all(low, top, ...(where?.params ?? [])) };
        });
        yield* found.pages;
        yield undefined;
        if (found.low === null || found.n < size) return;
        top = found.low;
      }
    },
  };
}
