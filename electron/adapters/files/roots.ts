// Is this inside an allowed folder? Asked of real paths, links resolved, compared as paths and never as strings.

import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { leadsElsewhere, outside } from './errors.ts';
import { expandHome as expand, isSamePlace, type LedTo } from './granted-folders.ts';

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A granted folder that leads elsewhere than when it was granted. */
export interface Moved {
  folder: string;
  was: string;
  now: string;
}

/** One request's allowed folders, resolved once. */
export class Roots {
  readonly given: readonly string[];
  readonly #real: readonly string[];
  readonly #closed: readonly string[];
  readonly #moved: readonly Moved[];

  /**
   * `closed` folders stay closed even inside an allowed one: the app's own data, and what the kernel shows as files. One that no longer
   * leads to where it `ledTo` when it was granted allows nothing.
   */
  static async open(folders: readonly string[], closed: readonly string[], ledTo: LedTo = () => undefined): Promise<Roots> {
    const found = await whereTheyLead(folders.map(expand));
    const moved: Moved[] = [];
    const real: string[] = [];
    for (const { path, leads } of found) {
      const was = ledTo(path);
      if (was !== undefined && !isSamePlace(was, leads)) moved.push({ folder: resolve(path), was, now: leads });
      else if (!isTooWide(leads)) real.push(leads);
    }
    return new Roots(folders, real, [...(await realPaths(closed)), ...kernelFolders], moved);
  }

  private constructor(given: readonly string[], real: readonly string[], closed: readonly string[], moved: readonly Moved[]) {
    this.given = given;
    this.#real = real;
    this.#closed = closed;
    this.#moved = moved;
  }

  /** Why a path that is in none of the folders is refused: also by where a granted folder was led since. */
  refusal(path: string): AppError {
    const full = expand(path);
    const moved = isAbsolute(full) ? this.#moved.find(({ folder }) => isInside(folder, full)) : this.#moved[0];
    return moved === undefined ? outside(path, this.given) : leadsElsewhere(path, moved);
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
        throw this.refusal(path);
      }
      if (!this.holds(real)) throw this.refusal(path);
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
async function whereTheyLead(paths: readonly string[]): Promise<{ path: string; leads: string }[]> {
  const found = await Promise.all(
    paths.filter((path) => isAbsolute(path)).map(async (path) => ({ path, leads: await realpath(path).catch(() => undefined) })),
  );
  return found.flatMap(({ path, leads }) => (leads === undefined ? [] : [{ path, leads }]));
}

const realPaths = async (paths: readonly string[]): Promise<string[]> => (await whereTheyLead(paths)).map(({ leads }) => leads);
