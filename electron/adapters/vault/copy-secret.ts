// A value for the person: into the system's clipboard, marked as a secret where the system knows such a mark, and out of it again.
// No answer of the contract carries it. Hosts without a clipboard of their own refuse.

import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { SecretField, SecretUse } from '../../../shared/model/vault.ts';
import type { VaultReading } from './vault-reading.ts';

export interface ClipboardHand {
  put(text: string): Promise<void>;
  /** Only when it still holds this text. */
  clearIf(text: string): Promise<void>;
}

export const clearsAfterMs = 30_000;

interface Deps {
  reading: VaultReading;
  note(use: Omit<SecretUse, 'seq'>): void;
  clipboard: ClipboardHand | undefined;
  now(): number;
}

/** Throws `not-on-this-host`. */
export async function copySecret(
  { reading, note, clipboard, now }: Deps,
  name: SecretName,
  wanted: SecretField | undefined,
): Promise<{ clearsAfterMs: number }> {
  if (clipboard === undefined)
    throw new AppError('not-on-this-host', 'This host has no clipboard of its own, and no page is given a secret.', {
      hint: 'Copy it in the desktop app, or with `orrery vault copy` while no other host runs on this data folder.',
    });
  const { value, field } = await reading.forPerson(name, wanted);
  await clipboard.put(value);
  note({ name, field, at: now(), outcome: 'copied', by: 'You', to: 'the clipboard' });
  setTimeout(() => void clipboard.clearIf(value).catch(() => undefined), clearsAfterMs).unref();
  return { clearsAfterMs };
}
