// Is this inside an allowed folder? Asked of real paths, links resolved, compared as paths and never as strings.

import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { outside } from './errors.ts';

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** One request's allowed folders, resolved once. */
export class Roots {
  readonly given: readonly string[];
  readonly #real: readonly string[];
  readonly #closed: readonly string[];

  /** `closed` folders stay closed even inside an allowed one: the app's own data, and what the kernel shows as files. */
  static async open(folders: readonly string[], closed: readonly string[]): Promise<Roots> {
    const real = await realPaths(folders.map(expand));
    return new Roots(
      folders,
      real.filter((path) => !isTooWide(path)),
      [...(await realPaths(closed)), ...kernelFolders],
    );
  }

  private constructor(given: readonly string[], real: readonly string[], closed: readonly string[]) {
    this.given = given;
    this.#real = real;
    this.#closed = closed;
  }

  holds(realPath: string): boolean {
    return this.#real.some((root) => isInside(root, realPath)) && !this.#closed.some((folder) => isInside(folder, realPath));
  }

  /** The allowed folder that this real path is in. */
  rootOf(realPath: string): string | undefined {
    return this.#real.find((root) => isInside(root, realPath));
  }

  /** Is a closed folder at or below this real path? Moving it would take the closed folder along, to where it is not closed. */
  leadsToClosed(realPath: string): boolean {
    return this.#closed.some((folder) => isInside(realPath, folder));
  }

  /** The path in full: `~` is the home folder, a relative path starts in the first allowed folder. Touches nothing. */
  resolve(path: string): string {
    if (path === '' || path.includes('\0'))
      throw new AppError('path-invalid', `“${path.slice(0, 200).replaceAll('\0', '␀')}” is not a path.`, {
        hint: 'Name a file or folder.',
      });
    const full = expand(path);
    if (isAbsolute(full)) return resolve(full);
    const first = this.given[0];
    if (first === undefined) throw outside(path, this.given);
    return resolve(expand(first), full);
  }

  /**
   * Refuses before anything is opened what already leads outside: the nearest part of the path that exists, links resolved, must be
   * inside. So nobody learns what exists elsewhere. The opened handle is checked again afterwards.
   */
  async precheck(path: string): Promise<void> {
    for (let part = path; ; part = dirname(part)) {
      let real: string;
      try {
        real = await realpath(part);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if ((code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') && dirname(part) !== part) continue;
        throw outside(path, this.given);
      }
      if (!this.holds(real)) throw outside(path, this.given);
      return;
    }
  }
}

const kernelFolders: readonly string[] = process.platform === 'win32' ? [] : ['/proc', '/sys', '/dev'];

/** The whole disk of the system is nobody's working folder; whatever was written into a grant, it allows nothing. */
const isTooWide = (path: string): boolean =>
  path === parse(path).root &&
  (process.platform !== 'win32' || path.toLowerCase().startsWith((process.env.SystemDrive ?? 'c:').toLowerCase()));

/** A folder that is not there (yet), or not named in full, allows nothing. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.filter((path) => isAbsolute(path)).map((path) => realpath(path).catch(() => undefined)));
  return found.filter((path) => path !== undefined);
}

const expand = (path: string): string => (path === '~' ? homedir() : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
