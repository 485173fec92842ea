// Is what is built newer than its sources? And if not, builds it, in a process of its own: the bundler needs hundreds of
// megabytes, and who starts a host afterwards should not keep them.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What is built, from what. */
export const outputs = {
  'out/node': { name: 'node side', sources: ['electron', 'shared', 'scripts/build.ts', 'package-lock.json'] },
  'out/main': { name: 'desktop shell', sources: ['electron', 'shared', 'scripts/build.ts', 'package-lock.json'] },
  'out/renderer': { name: 'renderer', sources: ['renderer', 'shared', 'vite.config.ts', 'package-lock.json'] },
} as const;
export type Output = keyof typeof outputs;
export const allOutputs = Object.keys(outputs) as Output[];

/** A digest of the sources' names, sizes and times: cheap, and good enough to know whether anything was touched. */
function fingerprint(sources: readonly string[]): string {
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

const stampOf = (output: Output): string => path.join(root, 'out', `.${output.replaceAll('/', '-')}.stamp`);

export const isFresh = (output: Output): boolean =>
  existsSync(path.join(root, output)) &&
  existsSync(stampOf(output)) &&
  readFileSync(stampOf(output), 'utf8') === fingerprint(outputs[output].sources);

/** Notes that this output was made from the sources as they were when `build` began. */
export async function stamped(output: Output, build: () => Promise<void>): Promise<void> {
  const from = fingerprint(outputs[output].sources);
  await build();
  mkdirSync(path.dirname(stampOf(output)), { recursive: true });
  writeFileSync(stampOf(output), from);
}

/** Builds what is stale. Throws with the bundler's words when that fails. */
export function ensureBuilt(options: { only?: readonly Output[]; say?: (line: string) => void } = {}): void {
  const stale = (options.only ?? allOutputs).filter((output) => !isFresh(output));
  if (stale.length === 0) return;
  for (const output of stale) options.say?.(`Building the ${outputs[output].name} …`);
  const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), ...stale], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (built.status !== 0) throw new Error(`The build failed.\n${built.stdout}${built.stderr}`);
}
