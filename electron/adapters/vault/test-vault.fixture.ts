// For tests of the vault: a keychain whose answers are set, cheap passphrases, rows in memory or in a real database.

import type { SecretName } from '../../../shared/model/ids.ts';
import type { VaultStore } from '../sqlite/vault-store.ts';
import type { Keychain, KeychainAnswer } from './keychain.ts';
import { memoryRows } from './memory-rows.fixture.ts';
import type { KdfParams } from './passphrase.ts';
import { createVault, type VaultDeps } from './vault.ts';

export const name = (text: string): SecretName => text as SecretName;
/** As cheap as is accepted. */
export const cheapKdf = (): KdfParams => ({
  kdf: 'scrypt',
  salt: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
  N: 2 ** 14,
  r: 8,
  p: 1,
});

export function scriptedKeychain() {
  const items = new Map<string, string>();
  let forced: KeychainAnswer | undefined;
  const keychain: Keychain = {
    async read(account) {
      const value = items.get(account);
      return forced ?? (value === undefined ? { state: 'missing' } : { state: 'found', value });
    },
    async write(account, value) {
      if (forced !== undefined) throw new Error('the keychain is not there');
      items.set(account, value);
    },
    async remove(account) {
      items.delete(account);
    },
    async unlock() {
      forced = undefined;
    },
  };
  return {
    keychain,
    items,
    force(answer: KeychainAnswer | undefined) {
      forced = answer;
    },
  };
}

export function testVault(more: Partial<VaultDeps> & { rows?: VaultStore } = {}) {
  const chain = scriptedKeychain();
  const rows = more.rows ?? memoryRows();
  const time = { at: 1_790_000_000_000 };
  const deps: VaultDeps = { keychain: chain.keychain, clock: { now: () => time.at }, kdf: cheapKdf, ...more, rows };
  return { ...chain, rows, time, vault: createVault(deps), again: () => createVault(deps) };
}
