// The ways to the master key: each seals it with a key of its own (from the keychain, a passphrase, the recovery key). In vaults of
// before, one of them is the master key itself (`direct`). Pure apart from randomness and key derivation.

import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { KeyWay, VaultMeta } from '../sqlite/vault-store.ts';
import { open, seal, type VaultKey } from './envelope.ts';
import { deriveKey, type KdfParams, kdfParams } from './passphrase.ts';
import { keyOfRecovery, newRecoveryKey } from './recovery-key.ts';

export type WayName = 'keychain' | 'passphrase' | 'recovery';
export type Ways = NonNullable<VaultMeta['ways']>;

export const checkText = 'orrery vault key';
export const checkPlace = { entry: 'vault', field: 'check', version: 1 };
const placeOf = (way: WayName, masterId: string) => ({ entry: 'vault', field: `way-${way}-${masterId}`, version: 1 });

export const newKey = (): VaultKey => ({ id: randomBytes(8).toString('hex'), bytes: randomBytes(32) });

export const waysOf = (meta: VaultMeta): Ways =>
  meta.ways ??
  (meta.protection === 'keychain'
    ? { keychain: { form: 'direct' } }
    : { passphrase: { form: 'direct', ...(meta.kdf === undefined ? {} : { kdf: meta.kdf }) } });

/** Each wrapping key has an entry of its own in the keychain, so that no vault and no rotation overwrites another's. */
export const accountOf = (keyId: string): string => `vault-key-${keyId}`;
export const keychainAccount = (meta: VaultMeta): string | undefined => {
  const way = waysOf(meta).keychain;
  return way === undefined ? undefined : accountOf(way.form === 'direct' ? meta.keyId : way.id);
};

/** Does this key open the vault that is described so? */
export function fits(candidate: VaultKey, meta: VaultMeta): boolean {
  try {
    return candidate.id === meta.keyId && open(candidate, meta.keyCheck, checkPlace) === checkText;
  } catch {
    return false; // that is the question asked
  }
}

export const wrap = (way: WayName, wrapper: VaultKey, master: VaultKey, madeAt: number, kdf?: KeyWay['kdf']): KeyWay => ({
  form: 'wrapped',
  id: wrapper.id,
  sealed: seal(wrapper, master.bytes.toString('base64'), placeOf(way, master.id)),
  ...(kdf === undefined ? {} : { kdf }),
  madeAt,
});

/** The master key through a way whose key is known; undefined when that key does not open it. */
export function unwrap(name: WayName, way: KeyWay, bytes: Buffer, meta: VaultMeta): VaultKey | undefined {
  let master: VaultKey;
  if (way.form === 'direct') master = { id: meta.keyId, bytes };
  else
    try {
      const sealed = open({ id: way.id, bytes }, way.sealed, placeOf(name, meta.keyId));
      master = { id: meta.keyId, bytes: Buffer.from(sealed, 'base64') };
    } catch {
      return undefined; // the wrong key: the caller says so
    }
  return master.bytes.length === 32 && fits(master, meta) ? master : undefined;
}

export async function passphraseWay(passphrase: string, master: VaultKey, params: KdfParams, madeAt: number): Promise<KeyWay> {
  const wrapper = { id: newKey().id, bytes: await deriveKey(passphrase, params) };
  return wrap('passphrase', wrapper, master, madeAt, params);
}

/** Throws `wrong-passphrase`. */
export async function openByPassphrase(passphrase: string, meta: VaultMeta): Promise<VaultKey> {
  const way = waysOf(meta).passphrase;
  if (way === undefined)
    throw new AppError('no-passphrase', 'The vault has no passphrase.', { hint: 'Open it by the keychain or the recovery key.' });
  const master = unwrap('passphrase', way, await deriveKey(passphrase, kdfParams.parse(way.kdf ?? {})), meta);
  if (master === undefined)
    throw new AppError('wrong-passphrase', 'That is not the vault’s passphrase.', {
      hint: 'Try again. Nothing was changed.',
      place: 'passphrase',
    });
  return master;
}

export function recoveryWay(master: VaultKey, madeAt: number): { key: string; way: KeyWay } {
  const key = newRecoveryKey();
  const salt = randomBytes(32).toString('base64');
  const wrapper = { id: newKey().id, bytes: keyOfRecovery(key, salt) };
  return { key, way: wrap('recovery', wrapper, master, madeAt, { salt }) };
}

/** Throws `recovery-key-mistyped`, `wrong-recovery-key`, `no-recovery-key`. */
export function openByRecovery(text: string, meta: VaultMeta): VaultKey {
  const way = waysOf(meta).recovery;
  if (way === undefined)
    throw new AppError('no-recovery-key', 'No recovery key was made for this vault as it is now.', {
      hint: 'Rotating the key makes older recovery keys worthless. Use the keychain, the passphrase or a backup of the vault.',
    });
  const master = unwrap('recovery', way, keyOfRecovery(text, String(way.kdf?.salt ?? '')), meta);
  if (master === undefined)
    throw new AppError('wrong-recovery-key', 'That is a recovery key of another vault, or an older one.', {
      hint: 'Look for the newest printed one. Nothing was changed.',
      place: 'recoveryKey',
    });
  return master;
}

export function keyFromKeychain(text: string): VaultKey | undefined {
  try {
    const { id, key } = JSON.parse(text) as { id?: unknown; key?: unknown };
    if (typeof id !== 'string' || typeof key !== 'string') return undefined;
    const bytes = Buffer.from(key, 'base64');
    return bytes.length === 32 ? { id, bytes } : undefined;
  } catch {
    return undefined; // not our format: the caller reports the key as wrong
  }
}
export const keyForKeychain = (key: VaultKey): string => JSON.stringify({ id: key.id, key: key.bytes.toString('base64') });
