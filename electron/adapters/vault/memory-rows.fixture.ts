// Rows kept in memory for tests of the vault's logic; the real ones are adapters/sqlite/vault-store.ts.

import type { SecretUse } from '../../../shared/model/vault.ts';
import type { OwnValue, VaultEntry, VaultMeta, VaultStore } from '../sqlite/vault-store.ts';

export function memoryRows(): VaultStore & { all: Map<string, VaultEntry>; dropMeta(): void; setMetaForce(value: VaultMeta): void } {
  const all = new Map<string, VaultEntry>();
  const uses: SecretUse[] = [];
  const own = new Map<string, OwnValue>();
  let meta: VaultMeta | undefined;
  return {
    all,
    dropMeta: () => {
      meta = undefined;
    },
    setMetaForce: (value) => {
      meta = value;
    },
    getMeta: () => meta,
    setMeta: (value) => {
      if (all.size > 0) return false;
      meta = value;
      return true;
    },
    count: () => all.size,
    list: () => [...all.values()],
    get: (name) => all.get(name),
    insert: (row) => {
      if (all.has(row.name)) return false;
      all.set(row.name, row);
      return true;
    },
    replace: (row, expected) => {
      if (all.get(row.name)?.version !== expected) return false;
      all.set(row.name, row);
      return true;
    },
    markUsed: (name, at) => {
      const row = all.get(name);
      if (row !== undefined) all.set(name, { ...row, lastUsedAt: at });
    },
    remove: (name) => all.delete(name),
    addUse(use) {
      const kept = { ...use, seq: uses.length + 1 };
      uses.push(kept);
      const row = all.get(use.name);
      if (row !== undefined && use.outcome === 'used') all.set(use.name, { ...row, lastUsedAt: use.at });
      return kept;
    },
    uses: ({ name, limit }) =>
      uses
        .filter((use) => name === undefined || use.name === name)
        .reverse()
        .slice(0, limit),
    changeWays(next) {
      if (meta?.keyId !== next.keyId) return false;
      meta = next;
      return true;
    },
    writeMany(changes, removed) {
      if (changes.some(({ entry, before }) => !removed.includes(entry.name) && (all.get(entry.name)?.version ?? 0) !== before))
        return false;
      for (const name of removed) all.delete(name);
      for (const { entry } of changes) all.set(entry.name, entry);
      return true;
    },
    listOwn: () => [...own.values()],
    putOwn: (value) => void own.set(value.name, value),
    reseal: (next, entries, values = []) => {
      own.clear();
      for (const value of values) own.set(value.name, value);
      all.clear();
      for (const entry of entries) all.set(entry.name, entry);
      meta = next;
    },
  };
}
