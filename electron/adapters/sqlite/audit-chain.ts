// Adding to the chain: entries become pages, each hashed with the one before, all of a batch and the head in one commit. Used on the main
// thread while little is written and in the log's own thread while much is, never by both at once (`audit-writer.ts`); a number that is
// taken is refused by the database, so the chain cannot fork.

import { type ChainKey, headSeal, pageMac } from '../audit/chain.ts';
import { pagesOf, pageWriter } from './audit-pages.ts';
import type { WriteDb } from './db.ts';

export interface ChainEnd {
  seq: number;
  mac: string;
}

/** Adds texts of `auditLine` after `end`, in the caller's transaction, and gives the new end. */
export function chainWriter(write: WriteDb): (end: ChainEnd, key: ChainKey, lines: readonly string[]) => ChainEnd {
  const put = pageWriter(write);
  const setHead = headWriter(write);
  return (end, key, given) => {
    let { seq, mac } = end;
    for (const { count, ...page } of pagesOf(given)) {
      const first = seq + 1;
      seq += count;
      mac = pageMac(key, mac, { first, lines: page.lines });
      put({ ...page, first, last: seq, key: key.id, mac });
    }
    setHead(key, { seq, mac });
    return { seq, mac };
  };
}

/** Writes where the chain ends, under its seal; in the caller's transaction. Of the log's own file and of orrery.db. */
export function headWriter(write: WriteDb): (key: ChainKey, end: ChainEnd) => void {
  const set = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  return (key, end) => set.run(end.seq, end.mac, key.id, headSeal(key, end));
}
