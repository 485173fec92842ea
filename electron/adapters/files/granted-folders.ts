// Where each granted folder led when a person granted it. A grant is for that place: when the same path leads elsewhere later, since the
// folder or one above it was replaced by a link, it allows nothing until a person grants it again. Keyed by path, since grants name
// paths; only a grant given anew changes what is kept. Why so: docs/decisions/2026-11-22-granted-folders-stay-where-they-were.md.

import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** What is kept on disk. */
export interface GrantedFolderRows {
  all(): { path: string; leads: string }[];
  put(path: string, leads: string): void;
}

/** Where the folder led when it was granted; undefined when nobody granted this very path. */
export type LedTo = (folder: string) => string | undefined;

export interface GrantedFolders {
  ledTo: LedTo;
  isEmpty(): boolean;
  /** Undefined where it leads to where it led, and where nobody granted it. */
  moved(folder: string): { was: string; now: string } | undefined;
  /** A person granted it now: wherever it leads now is what counts from here on. */
  renew(folders: readonly string[]): void;
  /** It is granted, and was perhaps granted before: what is known of it stays. */
  keep(folders: readonly string[]): void;
}

/** Reads the rows once, when they are first needed. Nobody but this host writes them. */
export function grantedFolders(rows: GrantedFolderRows): GrantedFolders {
  let read: Map<string, string> | undefined;
  const known = (): Map<string, string> => {
    read ??= new Map(rows.all().map(({ path, leads }) => [path, leads]));
    return read;
  };
  const note = (folder: string, isNew: boolean): void => {
    const path = inFull(folder);
    if (path === undefined || (!isNew && known().has(path))) return;
    const leads = whereItLeads(path);
    if (leads === undefined || known().get(path) === leads) return;
    rows.put(path, leads);
    known().set(path, leads);
  };
  return {
    ledTo(folder) {
      const path = inFull(folder);
      return path === undefined ? undefined : known().get(path);
    },
    moved(folder) {
      const path = inFull(folder);
      const was = path === undefined ? undefined : known().get(path);
      const now = path === undefined || was === undefined ? undefined : whereItLeads(path);
      return was === undefined || now === undefined || isSamePlace(was, now) ? undefined : { was, now };
    },
    renew(folders) {
      for (const each of folders) note(each, true);
    },
    isEmpty: () => known().size === 0,
    keep(folders) {
      for (const each of folders) note(each, false);
    },
  };
}

/** Names of the same place; case counts only where the system counts it. */
export const isSamePlace = (one: string, other: string): boolean =>
  process.platform === 'linux' ? one === other : one.toLowerCase() === other.toLowerCase();

/** `~` is the home folder. */
export const expandHome = (path: string): string =>
  path === '~' ? homedir() : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;

function inFull(folder: string): string | undefined {
  const path = expandHome(folder);
  return isAbsolute(path) && !path.includes('\0') ? resolve(path) : undefined;
}

/** Links resolved. What is not there yet leads to where it would be made: a link that is put there later leads elsewhere. */
function whereItLeads(path: string, linksLeft = 40): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || linksLeft === 0) return undefined;
  }
  const above = dirname(path);
  if (above === path) return undefined;
  const target = linkTarget(path);
  if (target !== undefined) return whereItLeads(resolve(whereItLeads(above, linksLeft - 1) ?? above, target), linksLeft - 1);
  const parent = whereItLeads(above, linksLeft);
  return parent === undefined ? undefined : join(parent, basename(path));
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined; // not there
  }
}
