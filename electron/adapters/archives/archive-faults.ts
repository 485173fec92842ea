// What is wrong with an archive, in words, whatever way it is packed.

import { AppError, isCancelled } from '../../../shared/errors.ts';

export const refused = (what: string): AppError =>
  new AppError('archive-refused', `The archive is not safe to unpack: ${what}.`, { hint: 'Get it from its maker, or from another place.' });

/** `bytes`: what all that is in it may have. */
export const contentTooLarge = (bytes: number): AppError =>
  new AppError('archive-too-large', `What is in the archive has more than ${Math.round(bytes / 1024 / 1024)} MB.`, {
    hint: 'Choose a smaller one.',
  });

/** A name that others chose, fit for a sentence. */
export const shown = (name: string): string => `“${name.slice(0, 100).replaceAll(/\p{Cc}/gu, '␀')}”`;

/** What a reader of archives or the disk says, as what it is for a person. */
export function archiveFault(error: unknown): unknown {
  if (error instanceof AppError || isCancelled(error)) return error;
  const { code, message = String(error) } = error as { code?: string; message?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('disk-full', 'The disk is full: the archive was not unpacked.', {
      hint: 'Free some space, then try again.',
      retryable: true,
    });
  if (code === 'ENOENT') return new AppError('file-not-found', 'There is no such archive.', { hint: 'Check its path.' });
  if (code !== undefined && /^E[A-Z]+$/.test(code))
    return new AppError('file-failed', message, { hint: 'Check the folder, then try again.' });
  const [, badName] = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.+)$/s.exec(message) ?? [];
  if (badName !== undefined) return refused(`${shown(badName)} names a place outside`);
  return new AppError('archive-damaged', `The archive cannot be read: ${message.slice(0, 200)}.`, { hint: 'Get it again from its maker.' });
}
