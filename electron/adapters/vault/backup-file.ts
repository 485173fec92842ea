// The vault's own backup: one JSON text with a readable head and everything else sealed by a passphrase (scrypt, AES-256-GCM, the
// head as associated data). The format is described in docs/how-to/the-vault.md. A changed byte anywhere refuses the file.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { secretName } from '../../../shared/model/ids.ts';
import { secretFacts, secretKind, secretValues } from '../../../shared/model/vault.ts';
import { deriveKey, type KdfParams, kdfParams } from './passphrase.ts';

const backupEntry = z.object({
  name: secretName,
  kind: secretKind,
  note: z.string(),
  values: secretValues,
  facts: secretFacts,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type BackupEntry = z.infer<typeof backupEntry>;

const head = z
  .object({ format: z.literal('orrery-vault-backup'), version: z.literal(1), madeAt: z.number(), kdf: kdfParams, iv: z.string() })
  .strict();
const file = head.extend({ tag: z.string(), data: z.string() }).strict();

const associated = (value: z.infer<typeof head>): Buffer => {
  const { format, version, madeAt, kdf, iv } = value;
  return Buffer.from(JSON.stringify([format, version, madeAt, kdf.kdf, kdf.salt, kdf.N, kdf.r, kdf.p, iv]), 'utf8');
};

export async function sealBackup(entries: readonly BackupEntry[], passphrase: string, params: KdfParams, madeAt: number): Promise<string> {
  const iv = randomBytes(12);
  const top = { format: 'orrery-vault-backup' as const, version: 1 as const, madeAt, kdf: params, iv: iv.toString('base64') };
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, params), iv);
  cipher.setAAD(associated(top));
  const data = Buffer.concat([cipher.update(JSON.stringify(entries), 'utf8'), cipher.final()]);
  return `${JSON.stringify({ ...top, tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') }, null, 1)}\n`;
}

/** Throws `backup-unreadable` (not ours, or damaged beyond its form) and `backup-not-opened` (wrong passphrase, or changed). */
export async function openBackup(text: string, passphrase: string): Promise<{ entries: BackupEntry[]; madeAt: number }> {
  const parsed = file.safeParse(jsonOf(text));
  if (!parsed.success || strictBase64([parsed.data.iv, parsed.data.tag, parsed.data.data, parsed.data.kdf.salt]) === false)
    throw new AppError('backup-unreadable', 'This is not a vault backup that this Orrery can read, or it is damaged.', {
      hint: 'Choose another file, or a newer Orrery.',
      place: 'file',
    });
  const { tag, data, ...top } = parsed.data;
  try {
    const tagBytes = Buffer.from(tag, 'base64');
    if (tagBytes.length !== 16) throw new Error('tag of wrong length');
    const decipher = createDecipheriv('aes-256-gcm', await deriveKey(passphrase, top.kdf), Buffer.from(top.iv, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(associated(top));
    decipher.setAuthTag(tagBytes);
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
    return { entries: z.array(backupEntry).parse(JSON.parse(plain)), madeAt: top.madeAt };
  } catch (error) {
    throw new AppError('backup-not-opened', 'The passphrase does not open this backup, or the file was changed.', {
      hint: 'Try the passphrase that you gave when it was made. Nothing was changed.',
      place: 'passphrase',
      cause: error,
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says that it is no backup
  }
}

/** Decoding overlooks signs that are no base64; a changed file must not be overlooked. */
const strictBase64 = (texts: readonly string[]): boolean => texts.every((text) => Buffer.from(text, 'base64').toString('base64') === text);
