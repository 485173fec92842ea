// Where the vault adapter keeps its envelopes. This store never sees a secret or a key: only sealed text and how it was sealed.

import { z } from 'zod';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readJson } from './rows.ts';

export interface VaultEntry {
  name: SecretName;
  note: string;
  /** The sealed value, as text of the vault's own making. */
  envelope: string;
  keyId: string;
  /** Counts replacements, from 1; part of what the envelope is bound to. */
  version: number;
  createdAt: number;
  updatedAt: number;
  lastUsedAt?: number;
}

const vaultMeta = z.object({
  protection: z.enum(['keychain', 'passphrase']),
  keyId: z.string(),
  /** A sealed known value, which only the right key opens. */
  keyCheck: z.string(),
  /** How a passphrase becomes a key: name, salt, cost. */
  kdf: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  createdAt: z.number(),
});
export type VaultMeta = z.infer<typeof vaultMeta>;

export interface VaultStore {
  /** By name. */
  list(): VaultEntry[];
  get(name: SecretName): VaultEntry | undefined;
  count(): number;
  /** False when the name is taken: nothing was written. */
  insert(entry: VaultEntry): boolean;
  /** Replaces note, envelope, key id, version and update time; false when it is not there or not at `expectedVersion`. */
  replace(entry: VaultEntry, expectedVersion: number): boolean;
  /** False when it was not there. */
  remove(name: SecretName): boolean;
  markUsed(name: SecretName, at: number): void;
  getMeta(): VaultMeta | undefined;
  /** Sets how the vault is protected. False, and nothing written, while entries exist: they were sealed with the old key. */
  setMeta(meta: VaultMeta): boolean;
  /** A new key for everything, in one commit: what is protected how, and every entry sealed anew. */
  reseal(meta: VaultMeta, entries: readonly VaultEntry[]): void;
}

interface Row {
  name: SecretName;
  note: string;
  envelope: string;
  key_id: string;
  version: number;
  created_at: number;
  updated_at: number;
  last_used_at: number | null;
}
const columns = 'name, note, envelope, key_id, version, created_at, updated_at, last_used_at';

const toEntry = (row: Row): VaultEntry => ({
  name: row.name,
  note: row.note,
  envelope: row.envelope,
  keyId: row.key_id,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
});

export function vaultStore(read: ReadDb, write: WriteDb): VaultStore {
  const list = read.select<Row>(`select ${columns} from vault_entries order by name`);
  const get = read.select<Row>(`select ${columns} from vault_entries where name = ?`);
  const count = read.select<{ n: number }>('select count(*) as n from vault_entries');
  const meta = read.select<{ body: string }>('select body from vault_meta where id = 1');
  const insert = write.change(`insert into vault_entries (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (name) do nothing`);
  const replace = write.change(
    'update vault_entries set note = ?, envelope = ?, key_id = ?, version = ?, updated_at = ? where name = ? and version = ?',
  );
  const remove = write.change('delete from vault_entries where name = ?');
  const clear = write.change('delete from vault_entries');
  const markUsed = write.change('update vault_entries set last_used_at = ? where name = ?');
  const setMeta = write.change(`
    insert into vault_meta (id, body) select 1, ? where not exists (select 1 from vault_entries)
    on conflict (id) do update set body = excluded.body`);
  const forceMeta = write.change('insert into vault_meta (id, body) values (1, ?) on conflict (id) do update set body = excluded.body');
  const add = (entry: VaultEntry): boolean =>
    insert.run(
      entry.name,
      entry.note,
      entry.envelope,
      entry.keyId,
      entry.version,
      entry.createdAt,
      entry.updatedAt,
      entry.lastUsedAt ?? null,
    ) === 1;
  return {
    list: () => list.all().map(toEntry),
    get(name) {
      const row = get.get(name);
      return row === undefined ? undefined : toEntry(row);
    },
    count: () => count.get()?.n ?? 0,
    insert: add,
    replace: ({ note, envelope, keyId, version, updatedAt, name }, expectedVersion) =>
      replace.run(note, envelope, keyId, version, updatedAt, name, expectedVersion) === 1,
    remove: (name) => remove.run(name) === 1,
    markUsed: (name, at) => void markUsed.run(at, name),
    getMeta() {
      const row = meta.get();
      return row === undefined ? undefined : readJson(vaultMeta, row.body, 'vault protection');
    },
    setMeta: (next) => setMeta.run(JSON.stringify(vaultMeta.parse(next))) === 1,
    reseal(next, entries) {
      write.atomically(() => {
        clear.run();
        for (const entry of entries) add(entry);
        forceMeta.run(JSON.stringify(vaultMeta.parse(next)));
      });
    },
  };
}
