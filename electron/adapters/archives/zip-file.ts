// yauzl as promises. Only what is needed to look at an archive and read its entries.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReader, type LocalFileHeader, RandomAccessReader, type ZipFile } from 'yauzl';
import { AppError } from '../../../shared/errors.ts';
import { refused } from './archive-faults.ts';

/** Reads only what is in the file: an archive names places of its own, and one that no file has would end the process. */
class CheckedReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  #mustBeThere(start: number, end: number): void {
    const isThere = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= this.#size;
    if (!isThere) throw new Error('it names a place that is not in it');
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytes?: number) => void,
  ): void {
    const work = async (): Promise<number> => {
      this.#mustBeThere(position, position + length);
      return (await this.#file.read(buffer, offset, length, position)).bytesRead;
    };
    work().then(
      (bytes) => setImmediate(callback, null, bytes),
      (error: Error) => setImmediate(callback, error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  async *#pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    this.#mustBeThere(start, end);
    for (let at = start; at < end; ) {
      const length = Math.min(pieceBytes, end - at);
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) throw new Error('it ends too early');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
const pieceBytes = 64 * 1024;

/** Names are given as they are: they are checked here, not by the reader. The caller closes it. */
export async function openZip(file: string, maxBytes: number): Promise<{ zip: ZipFile; close(): Promise<void> }> {
  // Never waits for the other end of a named pipe.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw new AppError('not-a-file', `“${file}” is not an ordinary file.`, { hint: 'Choose a file.' });
    if (facts.size > maxBytes)
      throw new AppError('archive-too-large', `The archive has ${facts.size} bytes, and at most ${maxBytes} are unpacked.`, {
        hint: 'Choose a smaller one.',
      });
    const how = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true, strictFileNames: true };
    const zip = await new Promise<ZipFile>((resolve, reject) =>
      fromRandomAccessReader(new CheckedReader(handle, facts.size), facts.size, how, (error, opened) => {
        if (error) reject(error);
        else resolve(opened);
      }),
    );
    return { zip, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** All of them, as far as `most`; what the archive says of their number is not believed. */
export function readEntries(zip: ZipFile, most: number, signal: AbortSignal): Promise<Entry[]> {
  if (zip.entryCount > most) return Promise.reject(refused(`it says it has ${zip.entryCount} entries, and at most ${most} are unpacked`));
  return new Promise((resolve, reject) => {
    const found: Entry[] = [];
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    zip.on('error', reject);
    zip.on('entry', (entry: Entry) => {
      found.push(entry);
      if (found.length > most) reject(refused(`it has more than ${most} entries`));
      else zip.readEntry();
    });
    zip.on('end', () => {
      signal.removeEventListener('abort', stop);
      resolve(found);
    });
    zip.readEntry();
  });
}

export const localHeader = (zip: ZipFile, entry: Entry): Promise<LocalFileHeader> =>
  new Promise((resolve, reject) =>
    zip.readLocalFileHeader(entry, (error, header) => {
      if (error) reject(error);
      else resolve(header);
    }),
  );

export const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(error);
        return;
      }
      // A fault before anyone reads would end the process; whoever reads meets it all the same.
      stream.on('error', () => undefined);
      resolve(stream);
    }),
  );
