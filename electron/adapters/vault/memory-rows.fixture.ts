// Rows kept in memory for tests of the vault's logic; the real ones are adapters/sqlite/vault-store.ts.

import type { VaultMeta, VaultRow, VaultRows } from './vault.ts';

export function memoryRows(): VaultRows & { all: Map<string, VaultRow>; dropMeta(): void } {
  const all = new Map<string, VaultRow>();
  let meta: VaultMeta | undefined;
  return {
    all,
    dropMeta: () => {
      meta = undefined;
    },
    meta: () => meta,
    putMeta: (value) => {
      meta = value;
    },
    list: () => [...all.values()],
    get: (name) => all.get(name),
    put: (row) => void all.set(row.name, row),
    touch: (name, at) => {
      const row = all.get(name);
      if (row !== undefined) all.set(name, { ...row, lastUsedAt: at });
    },
    remove: (name) => void all.delete(name),
  };
}
