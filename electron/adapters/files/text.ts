// Bytes to text, or the honest answer that they are none.

import { AppError } from '../../../shared/errors.ts';

export function decodeFile(bytes: Buffer, path: string): string {
  const notText = () =>
    new AppError('file-not-text', `“${path}” is not a text file.`, {
      hint: 'Choose a text file; pictures, archives and documents cannot be read as text.',
    });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) throw notText();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Old files in a one-byte code are text too, unless they are full of control characters.
    let controls = 0;
    for (const byte of bytes.subarray(0, 8192)) if (byte < 9 || (byte > 13 && byte < 32)) controls += 1;
    if (controls > 0) throw notText();
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
