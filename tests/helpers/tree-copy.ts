// A copy of the sources in a temporary folder, with this checkout's packages, so that a test may change files as it likes.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

const folders = ['shared', 'electron', 'renderer', 'scripts', 'benchmarks', 'tests'];
const files = [
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'biome.json',
  'vite.config.ts',
  'vitest.config.ts',
  '.dependency-cruiser.mjs',
];

export function copyTree(): { folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'orrery-tree-')));
  for (const name of [...folders, ...files]) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  mkdirSync(path.join(folder, 'docs'));
  // Package by package, so that caches of tools (node_modules/.cache) stay apart.
  const packages = path.join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((each) => each !== '.cache'))
    symlinkSync(path.join(root, 'node_modules', name), path.join(packages, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
