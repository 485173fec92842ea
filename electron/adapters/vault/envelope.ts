// AES-256-GCM envelopes. What an envelope belongs to (entry, field, version, key) is bound into it as associated data, so
// that one cannot be moved to another place. Format: {"v":1,"key":…,"iv":…,"tag":…,"data":…}, parts in base64.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

const envelopeShape = z.object({ v: z.literal(1), key: z.string(), iv: z.string(), tag: z.string(), data: z.string() });

export interface VaultKey {
  /** Random, not secret: which key sealed an envelope. */
  id: string;
  /** 32 bytes. */
  bytes: Buffer;
}

export interface Place {
  entry: string;
  field: string;
  version: number;
}

const associated = (place: Place, keyId: string): Buffer =>
  Buffer.from([place.entry, place.field, String(place.version), keyId].map((part) => part.replaceAll('‖', '')).join('‖'), 'utf8');

export function seal(key: VaultKey, plain: string, place: Place): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv);
  cipher.setAAD(associated(place, key.id));
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return JSON.stringify({
    v: 1,
    key: key.id,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  });
}

/** Throws `vault-entry-damaged` for a changed, moved or foreign envelope. */
export function open(key: VaultKey, envelope: string, place: Place): string {
  try {
    const parts = envelopeShape.parse(JSON.parse(envelope));
    if (parts.key !== key.id) throw new Error('sealed by another key');
    const tag = Buffer.from(parts.tag, 'base64');
    // Node accepts shortened tags unless told otherwise; a short tag is a forgery.
    if (tag.length !== 16) throw new Error('tag of wrong length');
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(parts.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(associated(place, key.id));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(Buffer.from(parts.data, 'base64')), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new AppError('vault-entry-damaged', `The stored secret “${place.entry}” was changed or damaged and cannot be opened.`, {
      hint: 'Replace it with its value, or restore a backup.',
      cause: error,
    });
  }
}
