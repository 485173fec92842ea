// Adding to the chain: entries become rows, each hashed with the one before, all of a batch and the head in one commit. Used on the main
// thread while little is written and in the log's own thread while much is, never by both at once; a number that is taken is refused by
// the database, so the chain cannot fork.

import { fieldsOfLine } from '../../../shared/model/audit-line.ts';
import { type ChainKey, chainColumns, headSeal, lineMac, type RowField } from '../audit/chain.ts';
import type { WriteDb } from './db.ts';

export interface ChainEnd {
  seq: number;
  mac: string;
}

/** Rows that share a statement while so many are left: what a statement costs for itself is a third of what one row does. */
const rowsAtOnce = 25;

/** Adds texts of `auditLine` after `end` and gives the new end. Throws AppErrors of the disk: then nothing was added. */
export function chainAppender(write: WriteDb): (end: ChainEnd, key: ChainKey, lines: readonly string[]) => ChainEnd {
  const insertOne = write.changeMany(insertOf(1));
  const insertMany = write.changeMany(insertOf(rowsAtOnce));
  const setHead = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  return (end, key, lines) => {
    let { seq, mac } = end;
    const addTo = (row: RowField[], line: string): void => {
      seq += 1;
      mac = lineMac(key, mac, seq, line);
      row.push(seq, ...fieldsOfLine(line), key.id, mac);
    };
    write.atomically(() => {
      let at = 0;
      while (at < lines.length) {
        const row: RowField[] = [];
        const many = lines.length - at >= rowsAtOnce;
        for (const until = at + (many ? rowsAtOnce : 1); at < until; at += 1) addTo(row, lines[at] as string);
        (many ? insertMany : insertOne).run(...row);
      }
      setHead.run(seq, mac, key.id, headSeal(key, { seq, mac }));
    });
    return { seq, mac };
  };
}

const places = `(${chainColumns.replaceAll(/\w+/g, '?')})`;
const insertOf = (rows: number): string => `insert into audit_entries (${chainColumns}) values ${Array(rows).fill(places).join(', ')}`;
