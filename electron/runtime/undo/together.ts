// Which changes of an undo may be taken back at the same time, so that they share a commit and wait for the disk together: contents of
// different files next to each other in its order. All else (moves, folders, configuration) waits for what is before it. Pure.

import type { UndoChoice } from '../../../shared/model/change.ts';
import type { StoredChange } from './undo-ports.ts';

/** Their images are in memory together. */
const maxBytes = 4 * 1024 * 1024;

/** The same changes in the same order, in groups. */
export function independent(changes: readonly StoredChange[], choices: Readonly<Record<string, UndoChoice>>): StoredChange[][] {
  const groups: StoredChange[][] = [];
  let open: { changes: StoredChange[]; files: Set<string>; bytes: number } | undefined;
  for (const change of changes) {
    // What is saved beside looks for a free name, and two must not find the same.
    if (change.kind !== 'file' || change.op !== 'write' || choices[change.id] === 'beside') {
      groups.push([change]);
      open = undefined;
      continue;
    }
    const file = sameFile(change.target);
    if (open === undefined || open.bytes + change.bytes > maxBytes || clashes(open.files, file)) {
      open = { changes: [], files: new Set(), bytes: 0 };
      groups.push(open.changes);
    }
    open.changes.push(change);
    open.files.add(file);
    open.bytes += change.bytes;
  }
  return groups;
}

/** Some file systems take two spellings for one name. */
const sameFile = (path: string): string => path.normalize('NFC').toLowerCase().replaceAll('\\', '/');

/** It is one of them, or one is where the other has a folder. */
function clashes(files: ReadonlySet<string>, file: string): boolean {
  if (files.has(file)) return true;
  for (const other of files) if (file.startsWith(`${other}/`) || other.startsWith(`${file}/`)) return true;
  return false;
}
