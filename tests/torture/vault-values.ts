// What the writer and those who look after it agree on.

import type { KdfParams } from '../../electron/adapters/vault/passphrase.ts';

export const passphrase = 'the passphrase of the torture';
/** Every value begins with it, so that it can be searched for. */
export const valueFor = (name: string, count: number): string => `plain-canary-${name}-${count}`;
export const isMine = (value: string): boolean => value.startsWith('plain-canary-');
/** As cheap as is accepted: what is tried here is not the derivation. */
export const cheapKdf = (): KdfParams => ({
  kdf: 'scrypt',
  salt: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
  N: 2 ** 14,
  r: 8,
  p: 1,
});
