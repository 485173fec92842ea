// Adding to the chain: entries become rows, each hashed with the one before, all of a batch and the head in one commit. Used on the main
// thread while little is written and in the log's own thread while much is, never by both at once; a number that is taken is refused by
// the database, so the chain cannot fork.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { type ChainKey, chainColumns, fieldsMac, headSeal, type RowField, rowFields } from '../audit/chain.ts';
import type { WriteDb } from './db.ts';

export type TakenEntry = NewAuditEntry & { at: number };

export interface ChainEnd {
  seq: number;
  mac: string;
}

/** Rows that share a statement while so many are left: what a statement costs for itself is a third of what one row does. */
const rowsAtOnce = 25;

/** Adds after `end` and gives the new end. Throws AppErrors of the disk: then nothing was added. */
export function chainAppender(write: WriteDb): (end: ChainEnd, key: ChainKey, entries: readonly TakenEntry[]) => ChainEnd {
  const insertOne = write.changeMany(insertOf(1));
  const insertMany = write.changeMany(insertOf(rowsAtOnce));
  const setHead = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  return (end, key, entries) => {
    let { seq, mac } = end;
    const next = (entry: TakenEntry): RowField[] => {
      seq += 1;
      const fields = fieldsOf(entry, seq, key.id);
      mac = fieldsMac(key, mac, fields);
      fields.push(mac);
      return fields;
    };
    write.atomically(() => {
      let at = 0;
      for (; entries.length - at >= rowsAtOnce; at += rowsAtOnce) insertMany.run(...entries.slice(at, at + rowsAtOnce).flatMap(next));
      for (const entry of entries.slice(at)) insertOne.run(...next(entry));
      setHead.run(seq, mac, key.id, headSeal(key, { seq, mac }));
    });
    return { seq, mac };
  };
}

const places = `(${chainColumns.replaceAll(/\w+/g, '?')})`;
const insertOf = (rows: number): string => `insert into audit_entries (${chainColumns}) values ${Array(rows).fill(places).join(', ')}`;

const fieldsOf = (entry: TakenEntry, seq: number, key: string): RowField[] =>
  rowFields({
    seq,
    at: Math.round(entry.at),
    kind: entry.kind,
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id ?? null,
    actor_name: entry.actor.name,
    what: entry.what,
    outcome: entry.outcome,
    reason: entry.reason,
    run: entry.run ?? null,
    step: entry.step ?? null,
    conversation: entry.conversation ?? null,
    details: entry.details === undefined ? null : JSON.stringify(entry.details),
    key,
  });
