// What is kept of a package that was installed: one small file beside its folders. It is written last, and on disk after all that it
// names, so that an installation that was broken off, by a power cut too, is as if it had never begun.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeSyncedFolderSync, syncFolderSync } from '../../blobs/synced-folder.ts';
import { writeForOwner } from '../../owner-file.ts';
import { type PackageAsk, packageId } from './package-ask.ts';

const pinShape = z.object({
  id: z.string(),
  kind: z.enum(['npm', 'python']),
  name: z.string(),
  spec: z.string(),
  version: z.string(),
  /** What its bytes were when they were fetched: npm's integrity, or the hash of the wheel. */
  integrity: z.string().optional(),
  /** The folder within that of the package. */
  folder: z.string(),
  /** Program → its file, relative to the folder. */
  programs: z.record(z.string(), z.string()),
  engines: z.string().optional(),
  scripts: z.enum(['skipped', 'run']),
  /** Packages in it that have install scripts. */
  wanted: z.array(z.string()),
  index: z.string().optional(),
  python: z.string().optional(),
  installedAt: z.number(),
});
export type PackagePin = z.infer<typeof pinShape>;

/** Beside the folders of servers and not among them, so that no server's own folder holds the programs of others. */
export const packagesFolder = (dataFolder: string): string => join(dataFolder, 'server-packages');

/** One folder for each package and the way it was asked for; names of people's making never become paths. */
export function packageFolder(dataFolder: string, ask: Pick<PackageAsk, 'kind' | 'spec' | 'index' | 'python'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([packageId(ask), ask.index, ask.python]))
    .digest('hex')
    .slice(0, 12);
  const readable = ask.spec
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 60);
  return join(packagesFolder(dataFolder), ask.kind, `${readable}-${hash}`);
}

export function readPin(folder: string): PackagePin | undefined {
  try {
    const pin = pinShape.parse(JSON.parse(readFileSync(join(folder, 'pin.json'), 'utf8')));
    return isThere(folder, pin) ? pin : undefined;
  } catch {
    return undefined; // not installed, or broken off: it is installed anew
  }
}

/** What a power cut takes of files that were never synced: they are not there, or empty. Pins of older versions may name such. */
function isThere(folder: string, { folder: name, programs }: PackagePin): boolean {
  const root = join(folder, name);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const sizes = Object.values(programs).map((file) => statSync(join(root, file), { throwIfNoEntry: false })?.size);
  return sizes.length === 0 || (!sizes.includes(undefined) && sizes.some((size) => size !== 0));
}

/** What it names must be on disk already. It is there itself when this returns. */
export function writePin(folder: string, pin: PackagePin): void {
  // Up to the data folder: its own folders may be as new as the package.
  makeSyncedFolderSync(folder, dirname(dirname(dirname(folder))));
  writeForOwner(join(folder, 'pin.json'), `${JSON.stringify(pin, null, 2)}\n`);
  syncFolderSync(folder);
}

/** All that are installed, by name. */
export function listPins(dataFolder: string): { folder: string; pin: PackagePin }[] {
  const found = (['npm', 'python'] as const).flatMap((kind) => {
    const root = join(packagesFolder(dataFolder), kind);
    let names: string[];
    try {
      names = readdirSync(root);
    } catch {
      return []; // none of this kind
    }
    return names.flatMap((name) => {
      const pin = readPin(join(root, name));
      return pin === undefined ? [] : [{ folder: join(root, name), pin }];
    });
  });
  return found.sort((a, b) => a.pin.id.localeCompare(b.pin.id));
}
