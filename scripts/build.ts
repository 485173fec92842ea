// Builds everything that is shipped: the renderer from vite.config.ts, and the Node side (command line, headless host, workers,
// Electron main and preload) through Vite's API. Arguments choose outputs, e.g. `out/node`; built.ts says what is stale.

import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { alasqlScript, nodeEntries, quickjsWasm } from '../electron/adapters/node-entry.ts';
import { seccompInPackage, seccompName } from '../electron/adapters/sandbox/seccomp-helper.ts';
import { allOutputs, type Output, outputs, root, stamped } from './built.ts';

/**
 * Importing one of these makes Node read all that it exports, and with that load what stands behind its getters: for `node:http` the
 * WebSocket client of `fetch`, a good part of a start, for nothing. Taken as it is, it gives the same without that; an import of a name
 * behind a getter fails the build.
 */
const light = ['http', 'util', 'process'];
const marked = '\0light-';
const lightBuiltins: Plugin = {
  name: 'light-builtins',
  enforce: 'pre',
  resolveId(id, _importer, { kind }: { kind?: string } = {}) {
    const name = id.replace(/^node:/, '');
    if (!light.includes(name)) return null;
    return kind === 'require-call' ? { id: `node:${name}`, external: true } : `${marked}${name}`;
  },
  load(id) {
    if (!id.startsWith(marked)) return null;
    const name = id.slice(marked.length);
    const whole = process.getBuiltinModule(`node:${name}`) as unknown as object;
    const names = Object.entries(Object.getOwnPropertyDescriptors(whole))
      .filter(([key, { get }]) => get === undefined && key !== 'default' && /^[A-Za-z]\w*$/.test(key))
      .map(([key]) => key);
    return `const whole = process.getBuiltinModule('node:${name}');\nexport default whole;\nexport const { ${names.join(', ')} } = whole;\n`;
  },
};

const builtins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)].filter(
  (name) => !light.includes(name.replace(/^node:/, '')),
);
/** Native packages stay outside the bundle; `electron` is given by Electron itself. */
const external = ['electron', 'better-sqlite3', 'keytar', 'node-pty', ...builtins];

const nodeBundle = (entries: Record<string, string>, outDir: string, format: 'es' | 'cjs' = 'es'): InlineConfig => ({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  plugins: [lightBuiltins],
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

/** Bundles that hold the workers, and the sandbox's machine code beside them. */
async function hostBundle(entries: Record<string, string>, folder: string): Promise<void> {
  await build(nodeBundle({ ...entries, ...workers }, folder));
  copyFileSync(quickjsWasm(), path.join(folder, 'quickjs.wasm'));
  copyFileSync(alasqlScript(), path.join(folder, 'alasql.js'));
  // For the system's sandbox on Linux; copied with its right to be run.
  for (const arch of ['x64', 'arm64']) {
    const helper = seccompInPackage(arch);
    if (helper !== undefined) copyFileSync(helper, path.join(folder, seccompName(arch)));
  }
}

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

const builders: Record<Output, () => Promise<void>> = {
  'out/node': () => intoPlace('out/node', (folder) => hostBundle({ cli: 'electron/cli/index.ts' }, folder)),
  'out/main': async () => {
    await intoPlace('out/main', (folder) => hostBundle({ index: 'electron/main/index.ts' }, folder));
    await intoPlace('out/preload', (folder) => build(nodeBundle({ preload: 'electron/preload/index.ts' }, folder, 'cjs')));
  },
  'out/renderer': () =>
    intoPlace('out/renderer', (outDir) => build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })),
};

// What is built is what is shipped, whoever asks for it: a test runner's own setting would bring React's development build.
process.env.NODE_ENV = 'production';
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in outputs));
if (unknown.length > 0) {
  console.error(`Nothing is built at ${unknown.join(', ')}. There are: ${allOutputs.join(', ')}.`);
  process.exit(2);
}
for (const output of asked.length === 0 ? allOutputs : (asked as Output[])) {
  console.log(`Building the ${outputs[output].name} …`);
  await stamped(output, builders[output]);
}
