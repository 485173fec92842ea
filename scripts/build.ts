// Builds everything that is shipped: the renderer from vite.config.ts, and the Node side (command line, headless host, workers,
// Electron main and preload) through Vite's API. `ensureBuilt` skips what is newer than its sources.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import { nodeEntries } from '../electron/adapters/node-entry.ts';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const builtins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];
/** Native packages stay outside the bundle; `electron` is given by Electron itself. */
const external = ['electron', 'better-sqlite3', 'keytar', 'node-pty', ...builtins];

type Part = { name: string; sources: string[]; output: string; build(): Promise<void> };

const nodeBundle = (entries: Record<string, string>, outDir: string, format: 'es' | 'cjs' = 'es'): InlineConfig => ({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  ssr: { noExternal: true, target: 'node' },
  resolve: { conditions: ['node'] },
  build: {
    ssr: true,
    target: 'node24',
    outDir,
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)])),
      external,
      output: { format, entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});

/** Workers are bundles of their own, beside the host's. */
const workers = Object.fromEntries(
  Object.entries(nodeEntries).map(([name, source]) => [name, path.posix.join('electron/adapters', source)]),
);

/** Builds beside the place and then swaps it in, so that whoever starts a host meanwhile finds a whole build, old or new. */
async function intoPlace(place: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  const target = path.join(root, place);
  const fresh = `${target}.new-${process.pid}`;
  const old = `${target}.old-${process.pid}`;
  try {
    await make(fresh);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

const parts: Part[] = [
  {
    name: 'node side',
    sources: ['electron', 'shared', 'scripts/build.ts', 'package-lock.json'],
    output: 'out/node',
    build: async () => {
      await intoPlace('out/node', (folder) => build(nodeBundle({ cli: 'electron/cli/index.ts', ...workers }, folder)));
    },
  },
  {
    name: 'desktop shell',
    sources: ['electron', 'shared', 'scripts/build.ts', 'package-lock.json'],
    output: 'out/main',
    build: async () => {
      await intoPlace('out/main', (folder) => build(nodeBundle({ index: 'electron/main/index.ts', ...workers }, folder)));
      await intoPlace('out/preload', (folder) => build(nodeBundle({ preload: 'electron/preload/index.ts' }, folder, 'cjs')));
    },
  },
  {
    name: 'renderer',
    sources: ['renderer', 'shared', 'vite.config.ts', 'package-lock.json'],
    output: 'out/renderer',
    build: async () => {
      await intoPlace('out/renderer', (outDir) =>
        build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir } }),
      );
    },
  },
];

/** A digest of the sources' names, sizes and times: cheap, and good enough to know whether anything was touched. */
function fingerprint(sources: string[]): string {
  const hash = createHash('sha256');
  const visit = (file: string): void => {
    const stat = statSync(file);
    if (stat.isDirectory()) {
      for (const name of readdirSync(file).sort()) if (!/\.test\.tsx?$/.test(name)) visit(path.join(file, name));
      return;
    }
    hash.update(`${path.relative(root, file)}\0${stat.size}\0${stat.mtimeMs}\0`);
  };
  for (const source of sources) if (existsSync(path.join(root, source))) visit(path.join(root, source));
  return hash.digest('hex');
}

const stampOf = (part: Part): string => path.join(root, 'out', `.${part.output.replaceAll('/', '-')}.stamp`);

export async function ensureBuilt(options: { only?: string[]; force?: boolean; say?: (line: string) => void } = {}): Promise<void> {
  const say = options.say ?? (() => undefined);
  for (const part of parts) {
    if (options.only !== undefined && !options.only.includes(part.output)) continue;
    const stamp = stampOf(part);
    const wanted = fingerprint(part.sources);
    if (options.force !== true && existsSync(stamp) && existsSync(path.join(root, part.output)) && readFileSync(stamp, 'utf8') === wanted)
      continue;
    say(`Building the ${part.name} …`);
    // What is built is what is shipped, whoever asks for it: a test runner's own setting would bring React's development build.
    process.env.NODE_ENV = 'production';
    await part.build();
    mkdirSync(path.dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureBuilt({ force: true, say: (line) => console.log(line) });
}
