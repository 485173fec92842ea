// Bitwarden's password-protected export, as its clients write it: PBKDF2-SHA256 or Argon2id over the password, two keys by HKDF
// expansion, then AES-256-CBC with HMAC-SHA256 ("2.iv|data|mac"). Exports bound to an account cannot be opened by a password.

import { createDecipheriv, createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';

const encrypted = z.object({
  encrypted: z.literal(true),
  passwordProtected: z.boolean().optional(),
  salt: z.string().optional(),
  kdfType: z.number().int().optional(),
  // Costs are the file's own word: without limits a hostile one would take the machine.
  kdfIterations: z.number().int().min(1).max(5_000_000).optional(),
  kdfMemory: z.number().int().min(15).max(1024).nullish(),
  kdfParallelism: z.number().int().min(1).max(16).nullish(),
  encKeyValidation_DO_NOT_EDIT: z.string().optional(),
  data: z.string().optional(),
});
type Encrypted = z.infer<typeof encrypted>;

export const isEncryptedBitwarden = (value: unknown): value is Encrypted => encrypted.safeParse(value).success;

async function masterOf(file: Encrypted, password: string, salt: string): Promise<Buffer> {
  const iterations = file.kdfIterations ?? 600_000;
  if ((file.kdfType ?? 0) === 0)
    return new Promise((resolve, reject) =>
      pbkdf2(password, salt, iterations, 32, 'sha256', (error, key) => (error === null ? resolve(key) : reject(error))),
    );
  if (file.kdfType !== 1) throw unsupported('it uses a key derivation that is not known');
  const options = { t: Math.min(iterations, 20), m: (file.kdfMemory ?? 64) * 1024, p: file.kdfParallelism ?? 4, dkLen: 32 };
  return Buffer.from(await argon2idAsync(password, createHash('sha256').update(salt, 'utf8').digest(), options));
}

/** HKDF's second half alone, for one block. */
const expand = (key: Buffer, info: string): Buffer =>
  createHmac('sha256', key)
    .update(info)
    .update(Buffer.from([1]))
    .digest();

function openText(sealed: string, enc: Buffer, mac: Buffer): string | undefined {
  const [, iv, data, tag] = /^2\.([^|]+)\|([^|]+)\|([^|]+)$/.exec(sealed) ?? [];
  if (iv === undefined || data === undefined || tag === undefined) return undefined;
  const [ivBytes, dataBytes, tagBytes] = [iv, data, tag].map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer, Buffer];
  const expected = createHmac('sha256', mac).update(ivBytes).update(dataBytes).digest();
  if (tagBytes.length !== expected.length || !timingSafeEqual(tagBytes, expected)) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', enc, ivBytes);
  return Buffer.concat([decipher.update(dataBytes), decipher.final()]).toString('utf8');
}

/** Throws `password-needed`, `wrong-password`, `import-unsupported`. */
export async function decryptBitwarden(file: Encrypted, password: string | undefined): Promise<string> {
  if (
    file.passwordProtected !== true ||
    file.salt === undefined ||
    file.data === undefined ||
    file.encKeyValidation_DO_NOT_EDIT === undefined
  )
    throw unsupported('it is bound to the Bitwarden account that wrote it');
  if (password === undefined || password === '')
    throw new AppError('password-needed', 'This export is protected by a password.', {
      hint: 'Enter the password that you chose for the export.',
      place: 'password',
    });
  const master = await masterOf(file, password, file.salt);
  const [enc, mac] = [expand(master, 'enc'), expand(master, 'mac')];
  if (openText(file.encKeyValidation_DO_NOT_EDIT, enc, mac) === undefined)
    throw new AppError('wrong-password', 'That is not the password of this export.', {
      hint: 'Try again. Nothing was changed.',
      place: 'password',
    });
  const plain = openText(file.data, enc, mac);
  if (plain === undefined)
    throw new AppError('import-damaged', 'The export was changed or damaged.', { hint: 'Export it again.', place: 'file' });
  return plain;
}

const unsupported = (why: string): AppError =>
  new AppError('import-unsupported', `This encrypted export cannot be opened: ${why}.`, {
    hint: 'In Bitwarden choose the format “.json (Encrypted)” with “Password protected”, or export it unencrypted.',
    place: 'file',
  });
