import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A file's content is on disk afterwards. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
