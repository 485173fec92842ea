// Where the app's own files are: found from this file upwards, whether run from source, from `out/`, or from a packed app.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';

export interface Places {
  root: string;
  version: string;
  samples: string;
  serverCatalogue: string;
  managedNode: string;
  renderer: string;
  icons: string;
  /** How the command line is started from here. Electron's own program does not run scripts, so there the person's Node does. */
  command: string[];
}

export function findPlaces(from: string = fileURLToPath(import.meta.url)): Places {
  for (let folder = path.dirname(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
      if (name === 'orrery') {
        const resources = path.join(folder, 'resources');
        return {
          root: folder,
          version: version ?? '0.0.0',
          serverCatalogue: path.join(resources, 'server-catalogue.json'),
          managedNode: path.join(resources, 'managed-node.json'),
          samples: path.join(resources, 'sample-workflows'),
          renderer: path.join(folder, 'out/renderer'),
          icons: path.join(resources, 'icons'),
          command: [process.versions.electron === undefined ? process.execPath : 'node', cliOf(folder)],
        };
      }
    }
    if (path.dirname(folder) === folder)
      throw new AppError('install-incomplete', 'Orrery does not find its own files.', { hint: 'Install it again.' });
  }
}

function cliOf(root: string): string {
  const source = path.join(root, 'electron/cli/index.ts');
  return existsSync(source) ? source : path.join(root, 'out/node/cli.js');
}
