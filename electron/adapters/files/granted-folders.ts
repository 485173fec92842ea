// Where each granted folder led when a person granted it. A grant is for that place: when the same path leads elsewhere later, since the
// folder or one above it was replaced by a link, it allows nothing until a person grants it again. Keyed by path, since grants name
// paths, and by who was given it: granting a path again is for that holder alone. Why so: docs/decisions/2026-11-22-granted-folders-stay-where-they-were.md.

import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** What is kept on disk: where each path leads by its newest grant, and where it led when each holder was given it. */
export interface GrantedFolderRows {
  all(): { path: string; leads: string }[];
  put(path: string, leads: string): void;
  held(): { holder: string; path: string; leads: string }[];
  hold(holder: string, path: string, leads: string): void;
}

/** Who was given it: `agent:a1`, `job:j1`, `server:s1`, `grant:g1`, `run:r1`, `settings`. */
export type Holder = string;

/** Where the folder led when it was granted (to this holder); undefined when nobody granted this very path. */
export type LedTo = (folder: string, holder?: Holder) => string | undefined;

export interface GrantedFolders {
  ledTo: LedTo;
  /** Nobody is known yet who holds one. */
  hasNoHolders(): boolean;
  /** Undefined where it leads to where it led, and where nobody granted it. */
  moved(folder: string, holder?: Holder): { was: string; now: string } | undefined;
  /** A person granted it to the holder now: wherever it leads now is what counts for the holder from here on, and for nobody else. */
  renew(folders: readonly string[], holder: Holder): void;
  /** The holder has it already: what is known of it stays. */
  keep(folders: readonly string[], holder: Holder): void;
  /** Used by what keeps no row of its own: where it leads is noted if nobody was granted it. */
  know(folders: readonly string[]): void;
  /** The holder gets what others have, for where it led when they were given it. */
  join(folders: readonly string[], holder: Holder): void;
  /** Without those that were given to the holder for another place than they are granted for now. The same list where all are. */
  still(holder: Holder, folders: readonly string[]): readonly string[];
  /** Told before a path is granted for another place than it was. */
  onOtherPlace(told: (path: string) => void): void;
  /** Counts up with every path that is granted for another place than it was. */
  revision(): number;
}

/** Reads the rows once, when they are first needed. Nobody but this host writes them. */
export function grantedFolders(rows: GrantedFolderRows): GrantedFolders {
  let read: { known: Map<string, string>; held: Map<Holder, Map<string, string>> } | undefined;
  /** Holders with a path that is granted for another place now. Nearly always none, and asked at each reading of a grant. */
  let led: Map<Holder, Set<string>> | undefined;
  let revision = 0;
  const told: ((path: string) => void)[] = [];

  const all = (): NonNullable<typeof read> => {
    if (read !== undefined) return read;
    const known = new Map(rows.all().map(({ path, leads }) => [path, leads]));
    const held = new Map<Holder, Map<string, string>>();
    for (const { holder, path, leads } of rows.held()) mapOf(held, holder).set(path, leads);
    read = { known, held };
    return read;
  };
  const hold = (holder: Holder, path: string, leads: string): void => {
    const own = mapOf(all().held, holder);
    if (own.get(path) === leads) return;
    rows.hold(holder, path, leads);
    own.set(path, leads);
    led = undefined;
  };
  const granted = (path: string, leads: string): void => {
    const { known } = all();
    const was = known.get(path);
    if (was === leads) return;
    const isOther = was !== undefined && !isSamePlace(was, leads);
    if (isOther) for (const each of told) each(path);
    rows.put(path, leads);
    known.set(path, leads);
    led = undefined;
    if (isOther) revision += 1;
  };
  const ledAway = (): Map<Holder, Set<string>> => {
    if (led !== undefined) return led;
    led = new Map();
    const { known, held } = all();
    for (const [holder, paths] of held)
      for (const [path, leads] of paths) {
        const now = known.get(path);
        if (now !== undefined && !isSamePlace(now, leads)) led.set(holder, (led.get(holder) ?? new Set()).add(path));
      }
    return led;
  };
  const ledTo: LedTo = (folder, holder) => {
    const path = inFull(folder);
    if (path === undefined) return undefined;
    const own = holder === undefined ? undefined : all().held.get(holder)?.get(path);
    return own ?? all().known.get(path);
  };
  const join: GrantedFolders['join'] = (folders, holder) => {
    for (const path of folders.flatMap((each) => inFull(each) ?? [])) {
      const leads = all().known.get(path) ?? whereItLeads(path);
      if (leads === undefined) continue;
      hold(holder, path, leads);
      granted(path, leads);
    }
  };
  return {
    ledTo,
    moved(folder, holder) {
      const was = ledTo(folder, holder);
      const now = was === undefined ? undefined : whereItLeads(inFull(folder) ?? folder);
      return was === undefined || now === undefined || isSamePlace(was, now) ? undefined : { was, now };
    },
    renew(folders, holder) {
      for (const path of folders.flatMap((each) => inFull(each) ?? [])) {
        const leads = whereItLeads(path);
        if (leads === undefined) continue;
        // First for the holder: a host that ends in between leaves a grant that allows nothing, not one that allows too much.
        hold(holder, path, leads);
        granted(path, leads);
      }
    },
    keep: (folders, holder) =>
      join(
        folders.filter(
          (each) =>
            all()
              .held.get(holder)
              ?.has(inFull(each) ?? each) !== true,
        ),
        holder,
      ),
    join,
    know(folders) {
      for (const path of folders.flatMap((each) => inFull(each) ?? [])) {
        const leads = all().known.has(path) ? undefined : whereItLeads(path);
        if (leads !== undefined) granted(path, leads);
      }
    },
    still(holder, folders) {
      const gone = ledAway().get(holder);
      return gone === undefined ? folders : folders.filter((each) => !gone.has(inFull(each) ?? each));
    },
    onOtherPlace: (tell) => void told.push(tell),
    revision: () => revision,
    hasNoHolders: () => all().held.size === 0,
  };
}

function mapOf(held: Map<Holder, Map<string, string>>, holder: Holder): Map<string, string> {
  const own = held.get(holder) ?? new Map<string, string>();
  held.set(holder, own);
  return own;
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
