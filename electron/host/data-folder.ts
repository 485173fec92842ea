// The data folder: where it is, and that only one host uses it. The lock is the operating system's (sqlite/lock.ts) and goes
// with its holder; host.json only says who that is and how to reach it, and is believed only while the lock is held.

import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { HostKind } from '../../shared/model/system.ts';
import { writeForOwner } from '../adapters/owner-file.ts';
import { storageError } from '../adapters/sqlite/errors.ts';
import { mustBeWritable } from '../adapters/sqlite/inspect.ts';
import { takeLock } from '../adapters/sqlite/lock.ts';

/** Who holds a folder, as host.json says it. */
export interface Holder {
  pid: number;
  host: HostKind;
  /** Where it can be attached to, e.g. `http://127.0.0.1:4123`, once it says so. */
  address?: string | undefined;
  token?: string | undefined;
  since: number;
  /** It hands the folder over when it is asked to (local-socket.ts), and goes on through whoever took it. */
  givesWay?: boolean | undefined;
}

export interface DataFolder {
  /** Absolute. */
  path: string;
  holder?: undefined;
  /** Tells other hosts how to attach. */
  publish(reach: { address: string; token: string }): void;
  release(): void;
}

/** How long to wait for a holder that has just taken the lock to say who it is. */
const introductionMs = 400;

/** `ORRERY_DATA`, else the place each system has for it. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const given = env.ORRERY_DATA;
  if (given !== undefined && given !== '') return resolve(given);
  const home = homedir();
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Orrery');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Orrery');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'orrery');
}

/**
 * Makes the folder where needed and takes its lock, or says who holds it; in well under a second. Throws
 * `data-folder-read-only`, `data-folder-unusable`, `disk-full`, `data-folder-busy` when the holder does not say who it is.
 */
export async function openDataFolder(
  path: string,
  host: HostKind,
  options: { givesWay?: boolean | undefined } = {},
): Promise<DataFolder | { holder: Holder }> {
  const folder = resolve(path);
  makeFolder(folder);
  mustBeWritable(folder);
  const lock = takeLock(join(folder, 'lock.db'));
  if (lock === undefined) return { holder: await whoHolds(folder) };
  const file = join(folder, 'host.json');
  const me: Holder = { pid: process.pid, host, since: Date.now(), ...(options.givesWay === true ? { givesWay: true } : {}) };
  try {
    writePrivately(file, me);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    path: folder,
    publish: ({ address, token }) => writePrivately(file, { ...me, address, token }),
    release() {
      rmSync(file, { force: true });
      lock.release();
    },
  };
}

function makeFolder(folder: string): void {
  try {
    // The umask may have taken more than we gave, never less; what was there before keeps its rights.
    if (makeFolders(folder)) chmodSync(folder, 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new AppError('data-folder-unusable', `${folder} is not a folder.`, {
        hint: 'Choose another one with ORRERY_DATA.',
        cause: error,
      });
    if (code === 'ENOENT')
      throw new AppError('data-folder-unusable', `${folder} cannot be made: nothing can be kept in ${nearest(folder)}.`, {
        hint: 'Choose a folder on a disk, with --data or ORRERY_DATA.',
        cause: error,
      });
    throw storageError(error);
  }
}

/**
 * True when it was made. By hand, since Node's own way tries for ever where the system says of a folder that is there that it is not, as
 * /proc does.
 */
function makeFolders(folder: string): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return false;
  const above = dirname(folder);
  if (above !== folder && statSync(above, { throwIfNoEntry: false }) === undefined) makeFolders(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    // Another host made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return false;
    throw error;
  }
}

/** The folder above that is there. */
function nearest(folder: string): string {
  const above = dirname(folder);
  return above === folder || statSync(above, { throwIfNoEntry: false }) !== undefined ? above : nearest(above);
}

/** The file may still be that of a holder before, which was killed: its process is gone, so wait for the new one's. */
async function whoHolds(folder: string): Promise<Holder> {
  const file = join(folder, 'host.json');
  for (const end = Date.now() + introductionMs; ; await sleep(20)) {
    const holder = readHolder(file);
    if (holder !== undefined && isAlive(holder.pid)) return holder;
    if (Date.now() >= end)
      throw new AppError('data-folder-busy', 'Another program holds the data folder and does not say who it is.', {
        hint: 'Close the other Orrery, or choose another folder with ORRERY_DATA.',
        retryable: true,
        details: { folder },
      });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isHolder(read) ? read : undefined;
  } catch {
    // Not there yet, or not ours: the caller looks again until its time is up and then says so.
    return undefined;
  }
}

/** By hand: this is read before a start has loaded what makes schemas. */
function isHolder(read: unknown): read is Holder {
  if (typeof read !== 'object' || read === null) return false;
  const { pid, host, address, token, since, givesWay } = read as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  return (
    Number.isInteger(pid) &&
    (host === 'desktop' || host === 'headless' || host === 'cli') &&
    isText(address) &&
    isText(token) &&
    typeof since === 'number' &&
    (givesWay === undefined || typeof givesWay === 'boolean')
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, then, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** For its owner alone: it may hold the token. Throws AppErrors of the disk. */
function writePrivately(file: string, holder: Holder): void {
  try {
    writeForOwner(file, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    throw storageError(error);
  }
}
