// Reading a small file in a folder that others may write, on the main thread: a named pipe in its place would hold the host up for ever,
// a link to a device would fill its memory. Opened without waiting, looked at, and read no further than asked.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** At most so many bytes from its beginning. Throws what the system says, and `EINVAL` for what is no ordinary file. */
export function readSmallFile(file: string, mostBytes: number): Buffer {
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = fstatSync(handle);
    if (!facts.isFile()) throw Object.assign(new Error(`${file} is no ordinary file`), { code: 'EINVAL' });
    const bytes = Buffer.alloc(Math.min(mostBytes, facts.size));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(handle, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

export const readSmallText = (file: string, mostBytes: number): string => readSmallFile(file, mostBytes).toString('utf8');
