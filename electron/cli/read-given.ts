// A file whose path a command was given: its text, or at once why it cannot be read. It never waits for the other end of a named pipe and
// never reads a device, nor more than is wanted, however large the file says it is.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { textOfBytes } from '../../shared/text-of-bytes.ts';

export interface Wanted {
  /** What to choose instead, as in “Choose a workflow file.” */
  what: string;
  /** The most that is taken, in characters. */
  most: number;
  /** What to do with a larger one, one sentence. */
  ifLarger: string;
}

/** UTF-8, where nothing was squeezed; UTF-16 and all else have less. */
const bytesOfChar = 4;
const pieceBytes = 1024 * 1024;

/** `101 bytes`, `300 kB`, `41.2 MB`: as file managers count. */
export const sizeWords = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} bytes`;
  const [size, unit] = bytes >= 1_000_000 ? [bytes / 1_000_000, 'MB'] : [bytes / 1000, 'kB'];
  return `${Number(size.toFixed(size < 100 ? 1 : 0))} ${unit}`;
};

/** Throws `input-file-missing`, `input-file-unreadable`, `input-file-too-large`, `input-not-utf8`. */
export function readGiven(file: string, { what, most, ifLarger }: Wanted): string {
  const tooLarge = (bytes?: number): AppError =>
    new AppError(
      'input-file-too-large',
      `${file} ${bytes === undefined ? 'is larger' : `has ${sizeWords(bytes)}, which is more`} than the ${sizeWords(most)} that are read at once.`,
      { hint: ifLarger },
    );
  const unfit = (why: string): AppError => new AppError('input-file-unreadable', `${file} ${why}.`, { hint: `Choose ${what}.` });
  try {
    // A named pipe would wait for a writer for ever; one that the shell made has its writer.
    const isHandedOver = /^\/dev\/(?:stdin|fd\/\d+)$/.test(file);
    const handle = openSync(file, constants.O_RDONLY | (isHandedOver ? 0 : (constants.O_NONBLOCK ?? 0)));
    try {
      const facts = fstatSync(handle);
      if (!facts.isFile() && !(isHandedOver && !facts.isDirectory())) throw unfit(facts.isDirectory() ? 'is a folder' : 'is not a file');
      if (facts.size > most * bytesOfChar) throw tooLarge(facts.size);
      const bytes = readUpTo(handle, most * bytesOfChar);
      if (bytes === undefined) throw tooLarge();
      const text = textOfBytes(bytes, file);
      if (text.length > most) throw tooLarge(bytes.length);
      if (text.trim() === '') throw unfit('is empty');
      return text;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(
      isMissing ? 'input-file-missing' : 'input-file-unreadable',
      isMissing ? `There is no file ${file}.` : `${file} cannot be read: ${(error as Error).message}`,
      { hint: 'Check the path.', cause: error },
    );
  }
}

/** All of it; undefined when there is more. What hands it over may have no size and no end. */
function readUpTo(handle: number, most: number): Buffer | undefined {
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, most + 1 - length));
    const read = readSync(handle, piece, 0, piece.length, null);
    if (read === 0) return Buffer.concat(pieces);
    length += read;
    if (length > most) return undefined;
    pieces.push(piece.subarray(0, read));
  }
}
