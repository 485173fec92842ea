// What the UI may know of the vault. No schema here can hold a secret's value on its way out.

import { z } from 'zod';
import { secretName } from './ids.ts';

/**
 * `locked`: the keychain or passphrase must be unlocked. `missing`: entries exist but the key is gone from the keychain.
 * `wrong`: the key there does not open the vault. `absent`: this system offers no keychain; a passphrase can protect it.
 * `empty`: nothing stored yet, a keychain is there. `open`: ready.
 */
export const vaultState = z.enum(['open', 'empty', 'locked', 'missing', 'wrong', 'absent']);
export type VaultState = z.infer<typeof vaultState>;

export const vaultStatus = z.object({
  state: vaultState,
  protection: z.enum(['keychain', 'passphrase', 'none']),
  /** Why, in a sentence, and what to do next. */
  message: z.string(),
  hint: z.string().optional(),
  entryCount: z.number().int(),
});
export type VaultStatus = z.infer<typeof vaultStatus>;

export const secretInfo = z.object({
  name: secretName,
  note: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  lastUsedAt: z.number().optional(),
  /** Where it is named: tool servers and providers. */
  usedBy: z.array(z.string()),
});
export type SecretInfo = z.infer<typeof secretInfo>;
