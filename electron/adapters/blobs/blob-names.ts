// Where a blob is: a folder for the first two digits of its hash, and in it a file named by all of them. What is being written has a
// name of its own beside it, which the sweep knows by its ending.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { largeMissing } from './blob-errors.ts';

export const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
export const isFolderName = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);
export const isTemporary = (name: string): boolean => name.endsWith('.tmp');

export const folderOf = (root: string, hash: string): string => path.join(root, hash.slice(0, 2));

/** Throws `large-value-missing` for what is no hash. */
export function fileOf(root: string, hash: string): string {
  if (!isHash(hash)) throw largeMissing(hash);
  return path.join(folderOf(root, hash), hash);
}

export const temporaryName = (folder: string, name: string): string => path.join(folder, `${name}.${randomUUID().slice(0, 8)}.tmp`);
