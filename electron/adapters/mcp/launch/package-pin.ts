// What is kept of a package that was installed: one small file beside its folders. It is written last, so that an installation that
// was broken off is as if it had never begun.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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
    return pinShape.parse(JSON.parse(readFileSync(join(folder, 'pin.json'), 'utf8')));
  } catch {
    return undefined; // not installed, or broken off: it is installed anew
  }
}

export function writePin(folder: string, pin: PackagePin): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const part = join(folder, `pin.${process.pid}.part`);
  writeFileSync(part, `${JSON.stringify(pin, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, join(folder, 'pin.json'));
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
