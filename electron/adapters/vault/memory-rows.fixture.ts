// Rows kept in memory for tests of the vault's logic; the real ones are adapters/sqlite/vault-store.ts.

import type { VaultEntry, VaultMeta, VaultStore } from '../sqlite/vault-store.ts';

export function memoryRows(): VaultStore & { all: Map<string, VaultEntry>; dropMeta(): void } {
  const all = new Map<string, VaultEntry>();
  let meta: VaultMeta | undefined;
  return {
    all,
    dropMeta: () => {
      meta = undefined;
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
    reseal: (next, entries) => {
      all.clear();
      for (const entry of entries) all.set(entry.name, entry);
      meta = next;
    },
  };
}
