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
  const insert = rowInserter(write);
  const setHead = headWriter(write);
  return (end, key, lines) => {
    let { seq, mac } = end;
    const rowOf = (line: string): RowField[] => {
      seq += 1;
      mac = lineMac(key, mac, seq, line);
      return [seq, ...fieldsOfLine(line), key.id, mac];
    };
    write.atomically(() => {
      let at = 0;
      while (at < lines.length) {
        const until = lines.length - at >= rowsAtOnce ? at + rowsAtOnce : at + 1;
        const rows: RowField[][] = [];
        for (; at < until; at += 1) rows.push(rowOf(lines[at] as string));
        insert(rows);
      }
      setHead(key, { seq, mac });
    });
    return { seq, mac };
  };
}

/**
 * Inserts one row, or `rowsAtOnce`. Entries that come by hundreds are alike in most columns; what is the same in all of them is handed to
 * SQLite once, because handing a text over costs more than SQLite's own work with it.
 */
function rowInserter(write: WriteDb): (rows: readonly RowField[][]) => void {
  // By their length and, bit by bit, which columns are the same: as many statements as there are kinds of bursts, which are few.
  const statements = new Map<string, Statement>();
  function statementOf(count: number, same: number): Statement {
    const name = `${count} ${same}`;
    const known = statements.get(name);
    if (known !== undefined) return known;
    if (statements.size >= mostStatements) statements.clear();
    const made = write.changeMany(insertOf(count, same));
    statements.set(name, made);
    return made;
  }
  return (rows) => {
    const first = rows[0] as RowField[];
    let same = 0;
    const given: RowField[] = [];
    if (rows.length > 1)
      for (const [column, value] of first.entries())
        if (rows.every((row) => row[column] === value)) {
          same |= 1 << column;
          given.push(value);
        }
    for (const row of rows) for (const [column, value] of row.entries()) if (((same >> column) & 1) === 0) given.push(value);
    statementOf(rows.length, same).run(...given);
  };
}

type Statement = ReturnType<WriteDb['changeMany']>;
const mostStatements = 32;
const columns = chainColumns.split(', ');

function insertOf(rows: number, same: number): string {
  let own = 0;
  const chosen = columns.map((_, column) => {
    if (((same >> column) & 1) === 1) return '?';
    own += 1;
    return `column${own}`;
  });
  const each = `(${Array(own).fill('?').join(', ')})`;
  return `insert into audit_entries (${chainColumns}) select ${chosen.join(', ')} from (values ${Array(rows).fill(each).join(', ')})`;
}

/** Writes where the chain ends, under its seal; in the caller's transaction. Of the log's own file and of orrery.db. */
export function headWriter(write: WriteDb): (key: ChainKey, end: ChainEnd) => void {
  const set = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  return (key, end) => set.run(end.seq, end.mac, key.id, headSeal(key, end));
}
