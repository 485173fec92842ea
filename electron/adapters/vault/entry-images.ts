// An entry as it is kept for undo: its sealed row, never a value. It opens by the vault's key alone, so that an image is worth nothing
// without the vault, and nothing at all after the key was rotated.

import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { imageText } from '../../../shared/model/change-image.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import { secretKind } from '../../../shared/model/vault.ts';
import type { SecretImages } from '../../runtime/vault-ports.ts';
import type { VaultEntry } from '../sqlite/vault-store.ts';
import { openValues, sealValues } from './entry-seal.ts';
import type { Redactor } from './redactor.ts';
import type { VaultKeys } from './vault-keys.ts';

const shape = z.object({
  kind: secretKind,
  note: z.string(),
  facts: z.string(),
  envelope: z.string(),
  keyId: z.string(),
  version: z.number().int(),
  createdAt: z.number(),
});

export function entryImages(keys: VaultKeys, redactor: Redactor): SecretImages {
  const { rows, clock } = keys.deps;
  return {
    read(name) {
      const row = rows.get(name);
      if (row === undefined) return null;
      const { kind, note, facts, envelope, keyId, version, createdAt } = row;
      return imageText({ kind, note, facts, envelope, keyId, version, createdAt });
    },
    keyId: () => rows.getMeta()?.keyId,
    async restore(name, image) {
      if (image === null) {
        rows.remove(name);
        return;
      }
      const kept = shape.parse(JSON.parse(image));
      await keys.use((key) => {
        if (kept.keyId !== key.id) throw sealedByAnother(name);
        const values = openValues(key, { ...kept, name, updatedAt: kept.createdAt });
        const now = rows.get(name);
        // Sealed anew under a version that was never there: an old row is never the newest one again.
        const next: Omit<VaultEntry, 'envelope'> = {
          ...{ name, kind: kept.kind, note: kept.note, facts: kept.facts, keyId: key.id },
          ...{ version: Math.max(kept.version, now?.version ?? 0) + 1, createdAt: kept.createdAt, updatedAt: clock.now() },
          ...(now?.lastUsedAt === undefined ? {} : { lastUsedAt: now.lastUsedAt }),
        };
        for (const [field, value] of Object.entries(values)) if (field !== 'username') redactor.learn(name, value);
        const row = sealValues(key, next, values);
        if (!(now === undefined ? rows.insert(row) : rows.replace(row, now.version)))
          throw new AppError('secret-changed-elsewhere', `The secret “${name}” was changed by another window just now.`, {
            hint: 'Look at it, then undo again.',
          });
      });
    },
  };
}

const sealedByAnother = (name: SecretName): AppError =>
  new AppError('secret-key-rotated', `What the secret “${name}” was is sealed by an earlier key of the vault, which is gone.`, {
    hint: 'Enter its value again, or take it from a backup of the vault.',
  });
