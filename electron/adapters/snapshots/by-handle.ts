// Folders and files by what was opened, not by their path: whoever may write a folder can put a link in its place between one look and
// the next. On Linux a handle knows where it is, and entries are looked at through it. Elsewhere the path is resolved again afterwards;
// what remains there is a window for one who can swap it twice.

import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import { leadsElsewhere } from '../files/errors.ts';
import { isSamePlace } from '../files/granted-folders.ts';

const { O_RDONLY, O_DIRECTORY, O_NONBLOCK } = constants;
const hasProc = process.platform === 'linux';

/** Where the folder that was asked for leads, which may be through links; throws when it was granted for another place. */
export function rootOf(folder: string, granted: string | undefined): string {
  const now = realpathSync(folder);
  if (granted !== undefined && !isSamePlace(granted, now)) throw leadsElsewhere(folder, { folder, was: granted, now });
  return now;
}

/** Whether the opened file lies where it was found. */
export const isAt = (file: number, full: string, place: string): boolean =>
  isSamePlace(hasProc ? readlinkSync(`/proc/self/fd/${file}`) : realpathSync(full), place);

/**
 * What lies in a folder, links not followed, by name. Nothing for one that is closed to us, went, or is not at its `place` (any more);
 * the one asked for must be readable.
 */
export function* entriesOf(folder: string, place: string, isRoot: boolean): Generator<{ name: string; facts: Stats }> {
  let handle: number | undefined;
  try {
    if (hasProc) handle = openSync(place, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    const through = handle === undefined ? place : `/proc/self/fd/${handle}`;
    const names = readdirSync(through).sort();
    if (!isSamePlace(handle === undefined ? realpathSync(folder) : readlinkSync(through), place)) return;
    for (const name of names) {
      const facts = lstatSync(path.join(through, name), { throwIfNoEntry: false });
      if (facts !== undefined) yield { name, facts };
    }
  } catch (error) {
    if (isRoot) throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
