// A key from a passphrase, by scrypt. The parameters are stored beside the vault, so that they can grow later.

import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';

export const kdfParams = z.object({
  kdf: z.literal('scrypt'),
  salt: z.string(),
  /** Cost; with r = 8 one try needs 128·N·r bytes of memory (128 MB at 2^17). */
  N: z
    .number()
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
  r: z.number().int().min(8).max(32),
  p: z.number().int().min(1).max(16),
});
export type KdfParams = z.infer<typeof kdfParams>;

export const newKdfParams = (): KdfParams => ({ kdf: 'scrypt', salt: randomBytes(32).toString('base64'), N: 2 ** 17, r: 8, p: 1 });

/** 32 bytes. The passphrase is normalised (NFKC), so that it opens the vault from every keyboard. */
export function deriveKey(passphrase: string, params: KdfParams): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFKC'),
      Buffer.from(params.salt, 'base64'),
      32,
      { N: params.N, r: params.r, p: params.p, maxmem: 256 * params.N * params.r },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
}
