// Where the vault adapter keeps its envelopes. This store never sees a secret or a key: only sealed text and how it was sealed.

import { z } from 'zod';
import type { SecretName } from '../../../shared/model/ids.ts';
import { type SecretKind, type SecretUse, secretKind, secretUse } from '../../../shared/model/vault.ts';
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
  kind: SecretKind;
  /** JSON of what is not secret but sealed with the value; empty for entries of before kinds. */
  facts: string;
}

/** One way to the master key: it is sealed by the key of that way, or (`direct`, older vaults) is that key itself. */
const keyWay = z.discriminatedUnion('form', [
  z.object({ form: z.literal('direct'), kdf: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  z.object({
    form: z.literal('wrapped'),
    id: z.string(),
    sealed: z.string(),
    kdf: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    madeAt: z.number(),
  }),
]);
export type KeyWay = z.infer<typeof keyWay>;

/** What the app itself keeps under the vault's key, such as the audit log's. */
export interface OwnValue {
  name: string;
  envelope: string;
  version: number;
}

const vaultMeta = z.object({
  protection: z.enum(['keychain', 'passphrase']),
  keyId: z.string(),
  /** A sealed known value, which only the right key opens. */
  keyCheck: z.string(),
  /** How a passphrase becomes a key: name, salt, cost. */
  kdf: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  createdAt: z.number(),
  /** Missing in vaults of before: then `protection` and `kdf` say it. */
  ways: z.object({ keychain: keyWay.optional(), passphrase: keyWay.optional(), recovery: keyWay.optional() }).optional(),
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
  /** Keeps a use; the oldest go when there are more than `maxUses`. One that was used also marks its entry. */
  addUse(use: Omit<SecretUse, 'seq'>): SecretUse;
  /** Newest first. */
  uses(filter: { name?: SecretName | undefined; limit: number }): SecretUse[];
  getMeta(): VaultMeta | undefined;
  /** Sets how the vault is protected. False, and nothing written, while entries exist: they were sealed with the old key. */
  setMeta(meta: VaultMeta): boolean;
  /** Other ways to the same key. False when the vault has another key by now. */
  changeWays(meta: VaultMeta): boolean;
  /** A new key for everything, in one commit: what is protected how, and every entry sealed anew. What was there before is overwritten. */
  reseal(meta: VaultMeta, entries: readonly VaultEntry[], own?: readonly OwnValue[]): void;
  listOwn(): OwnValue[];
  putOwn(value: OwnValue): void;
  /** Several entries in one commit: all of it or nothing. False when one was not as expected (`before`: its version, 0 for a new one). */
  writeMany(changes: readonly { entry: VaultEntry; before: number }[], removed: readonly SecretName[]): boolean;
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
  kind: string;
  facts: string;
}
const columns = 'name, note, envelope, key_id, version, created_at, updated_at, last_used_at, kind, facts';
/** Of all entries together. */
const maxUses = 5000;

interface UseRow {
  seq: number;
  name: SecretName;
  field: string;
  at: number;
  outcome: string;
  used_by: string;
  used_to: string;
  reason: string | null;
  run: string | null;
}
const toUse = (row: UseRow): SecretUse =>
  secretUse.parse({
    seq: row.seq,
    name: row.name,
    field: row.field,
    at: row.at,
    outcome: row.outcome,
    by: row.used_by,
    to: row.used_to,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.run === null ? {} : { run: row.run }),
  });

const toEntry = (row: Row): VaultEntry => ({
  name: row.name,
  note: row.note,
  envelope: row.envelope,
  keyId: row.key_id,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  // A kind that is not known is a changed row, which will not open.
  kind: secretKind.catch('token').parse(row.kind),
  facts: row.facts,
});

/** Thrown to roll a commit back. */
const notAsExpected = Symbol('not as expected');

export function vaultStore(read: ReadDb, write: WriteDb): VaultStore {
  const list = read.select<Row>(`select ${columns} from vault_entries order by name`);
  const get = read.select<Row>(`select ${columns} from vault_entries where name = ?`);
  const count = read.select<{ n: number }>('select count(*) as n from vault_entries');
  const meta = read.select<{ body: string }>('select body from vault_meta where id = 1');
  const insert = write.change(`insert into vault_entries (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (name) do nothing`);
  const replace = write.change(
    'update vault_entries set note = ?, envelope = ?, key_id = ?, version = ?, updated_at = ?, kind = ?, facts = ? where name = ? and version = ?',
  );
  const remove = write.change('delete from vault_entries where name = ?');
  const clear = write.change('delete from vault_entries');
  const markUsed = write.change('update vault_entries set last_used_at = ? where name = ?');
  const setMeta = write.change(`
    insert into vault_meta (id, body) select 1, ? where not exists (select 1 from vault_entries)
    on conflict (id) do update set body = excluded.body`);
  const ways = write.change("update vault_meta set body = ? where id = 1 and json_extract(body, '$.keyId') = ?");
  const use = write.changeReturning<UseRow>(
    'insert into vault_uses (name, field, at, outcome, used_by, used_to, reason, run) values (?, ?, ?, ?, ?, ?, ?, ?) returning *',
  );
  const forget = write.change(`delete from vault_uses where seq <= ?`);
  const usesOf = read.select<UseRow>('select * from vault_uses where name = ? order by seq desc limit ?');
  const allUses = read.select<UseRow>('select * from vault_uses order by seq desc limit ?');
  const listOwn = read.select<OwnValue>('select name, envelope, version from vault_own order by name');
  const clearOwn = write.change('delete from vault_own');
  const putOwn = write.change(
    'insert into vault_own (name, envelope, version) values (?, ?, ?) on conflict (name) do update set envelope = excluded.envelope, version = excluded.version',
  );
  // Old envelopes and wrapped keys are to be gone from the file, not only from its tables.
  const overwrite = write.changeReturning('pragma secure_delete = on');
  const careless = write.changeReturning('pragma secure_delete = off');
  /** Of one entry too, whoever wants it gone for good later; what is left in the log goes with `emptyLog`. Other tables need not pay for it. */
  const overwriting = <T>(work: () => T): T => {
    overwrite.get();
    try {
      return work();
    } finally {
      careless.get();
    }
  };
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
      entry.kind,
      entry.facts,
    ) === 1;
  const swap = ({ note, envelope, keyId, version, updatedAt, kind, facts, name }: VaultEntry, expectedVersion: number): boolean =>
    replace.run(note, envelope, keyId, version, updatedAt, kind, facts, name, expectedVersion) === 1;
  return {
    list: () => list.all().map(toEntry),
    get(name) {
      const row = get.get(name);
      return row === undefined ? undefined : toEntry(row);
    },
    count: () => count.get()?.n ?? 0,
    insert: add,
    replace: (entry, expectedVersion) => overwriting(() => swap(entry, expectedVersion)),
    remove: (name) => overwriting(() => remove.run(name) === 1),
    markUsed: (name, at) => void markUsed.run(at, name),
    getMeta() {
      const row = meta.get();
      return row === undefined ? undefined : readJson(vaultMeta, row.body, 'vault protection');
    },
    setMeta: (next) => setMeta.run(JSON.stringify(vaultMeta.parse(next))) === 1,
    changeWays(next) {
      overwrite.get();
      const changed = ways.run(JSON.stringify(vaultMeta.parse(next)), next.keyId) === 1;
      write.emptyLog();
      return changed;
    },
    listOwn: () => listOwn.all(),
    putOwn: ({ name, envelope, version }) => void putOwn.run(name, envelope, version),
    reseal(next, entries, own = []) {
      overwrite.get();
      write.atomically(() => {
        clear.run();
        for (const entry of entries) add(entry);
        clearOwn.run();
        for (const { name, envelope, version } of own) putOwn.run(name, envelope, version);
        forceMeta.run(JSON.stringify(vaultMeta.parse(next)));
      });
      write.emptyLog();
    },
    writeMany(changes, removed) {
      try {
        overwriting(() =>
          write.atomically(() => {
            for (const name of removed) remove.run(name);
            for (const { entry, before } of changes) if (!(before === 0 ? add(entry) : swap(entry, before))) throw notAsExpected;
          }),
        );
        return true;
      } catch (error) {
        if (error === notAsExpected) return false;
        throw error;
      }
    },
    addUse({ name, field, at, outcome, by, to, reason, run }) {
      return write.atomically(() => {
        const row = use.get(name, field, at, outcome, by, to, reason ?? null, run ?? null);
        if (row === undefined) throw new Error('an insert gave no row');
        if (row.seq % 100 === 0) forget.run(row.seq - maxUses);
        if (outcome === 'used') markUsed.run(at, name);
        return toUse(row);
      });
    },
    uses: ({ name, limit }) => (name === undefined ? allUses.all(limit) : usesOf.all(name, limit)).map(toUse),
  };
}
