// Adding to the chain: entries become rows, each hashed with the one before, all of a batch and the head in one commit. Used on the main
// thread while little is written and in the log's own thread while much is, never by both at once; a number that is taken is refused by
// the database, so the chain cannot fork.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { type ChainKey, type ChainRow, chainColumns, entryMac, headSeal, rowFields } from '../audit/chain.ts';
import type { WriteDb } from './db.ts';

export type TakenEntry = NewAuditEntry & { at: number };

export interface ChainEnd {
  seq: number;
  mac: string;
}

/** Adds after `end` and gives the new end. Throws AppErrors of the disk: then nothing was added. */
export function chainAppender(write: WriteDb): (end: ChainEnd, key: ChainKey, entries: readonly TakenEntry[]) => ChainEnd {
  const insert = write.changeMany(`insert into audit_entries (${chainColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const setHead = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  return (end, key, entries) => {
    let { seq, mac } = end;
    write.atomically(() => {
      for (const entry of entries) {
        seq += 1;
        const row = toRow(entry, seq, key.id);
        mac = entryMac(key, mac, row);
        insert.run(...rowFields(row), mac);
      }
      setHead.run(seq, mac, key.id, headSeal(key, { seq, mac }));
    });
    return { seq, mac };
  };
}

/** Without its hash. */
const toRow = (entry: TakenEntry, seq: number, key: string): Omit<ChainRow, 'mac'> => ({
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
