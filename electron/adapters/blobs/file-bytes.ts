// An ordinary file's bytes, opened when they are asked for. Read piece by piece by whoever takes them, or handed over whole by its open
// handle, so that a thread can read it.

import type { FileHandle } from 'node:fs/promises';

const pieceBytes = 512 * 1024;
const leastBytes = 4096;

export class FileBytes implements AsyncIterable<Uint8Array> {
  readonly #open: () => Promise<FileHandle>;

  /** `open` refuses what is no ordinary file. */
  constructor(open: () => Promise<FileHandle>) {
    this.#open = open;
  }

  /** Whoever asks closes it. */
  open(): Promise<FileHandle> {
    return this.#open();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const file = await this.#open();
    try {
      yield* piecesOf(file);
    } finally {
      await file.close();
    }
  }
}

/** Very many small files are read in a row: each gets room for itself, and a byte by which its end is seen. */
export async function* piecesOf(file: FileHandle): AsyncIterable<Uint8Array> {
  const { size } = await file.stat();
  const room = Math.min(pieceBytes, Math.max(size + 1, leastBytes));
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room), 0, room, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
