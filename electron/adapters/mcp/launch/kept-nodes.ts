// The Nodes that were fetched for tool servers: one folder for each version in the data folder, so that an update of the app leaves
// them. A folder counts once its note is in it, which is written last.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { compareVersions } from './semver.ts';

const noteShape = z.object({
  version: z.string(),
  npm: z.string(),
  /** Of the packages it was made of. */
  integrity: z.object({ node: z.string(), npm: z.string() }),
  bytes: z.number(),
  at: z.number(),
});
export type NodeNote = z.infer<typeof noteShape>;
export interface KeptNode extends NodeNote {
  folder: string;
  /** The folder that holds `node`, `npm` and `npx`. */
  bin: string;
}

export const noteName = 'orrery.json';
export const nodesFolder = (dataFolder: string): string => join(dataFolder, 'runtimes/node');

/** Of a folder that was fetched. Throws when it is none. */
export const notedVersion = (folder: string): string => noteShape.parse(JSON.parse(readFileSync(join(folder, noteName), 'utf8'))).version;

/** Newest first. */
export function keptNodes(dataFolder: string): KeptNode[] {
  const root = nodesFolder(dataFolder);
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return []; // none was ever fetched
  }
  return names
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .flatMap((name) => {
      const folder = join(root, name);
      try {
        const note = noteShape.parse(JSON.parse(readFileSync(join(folder, noteName), 'utf8')));
        return [{ ...note, folder, bin: join(folder, 'bin') }];
      } catch {
        return []; // not whole: it is fetched again
      }
    })
    .sort((a, b) => compareVersions(b.version, a.version));
}
