// The text of a file as some program wrote it: UTF-8, or UTF-16 with its mark, as Windows saves and redirects. Anything else is
// named instead of read, since names would come out mangled without a word.

import { AppError } from './errors.ts';

/** Throws `input-not-utf8`. `what` names the file in words. */
export function textOfBytes(bytes: Uint8Array, what: string): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('input-not-utf8', `${what} is not text in UTF-8.`, {
      hint: 'Save it as UTF-8 in an editor, or export it once more.',
      cause: error,
    });
  }
}
