// What the app itself keeps under the vault's key, such as the key of the audit log. No list shows it and no handle names it.

import { open, type Place, seal } from './envelope.ts';
import type { VaultKeys } from './vault-keys.ts';

export const ownPlace = ({ name, version }: { name: string; version: number }): Place => ({ entry: `own ${name}`, field: 'own', version });

export function ownValues(keys: VaultKeys) {
  const { rows } = keys.deps;
  const find = (name: string) => rows.listOwn().find((value) => value.name === name);
  return {
    /** Throws `vault-locked` and the like, and `vault-entry-damaged`. */
    async readOwn(name: string): Promise<string | undefined> {
      if (find(name) === undefined) return undefined;
      return keys.use((key) => {
        const kept = find(name);
        return kept === undefined ? undefined : open(key, kept.envelope, ownPlace(kept));
      });
    },
    async writeOwn(name: string, value: string): Promise<void> {
      await keys.use((key) => {
        const place = { name, version: (find(name)?.version ?? 0) + 1 };
        rows.putOwn({ ...place, envelope: seal(key, value, ownPlace(place)) });
      });
    },
  };
}
