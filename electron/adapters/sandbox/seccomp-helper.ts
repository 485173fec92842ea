// Where the program is that takes Unix sockets and further namespaces away before it starts another: in its package when run from
// source, beside the bundles when built (scripts/build.ts copies it there; it stays outside an archive, where it could not be run).

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const seccompName = (arch: string = process.arch) => `apply-seccomp-${arch}`;

/** In the package, for one kind of machine; undefined for those that it has none for. */
export function seccompInPackage(arch: string = process.arch): string | undefined {
  const root = dirname(createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime/package.json'));
  const path = join(root, 'vendor', 'seccomp', arch, 'apply-seccomp');
  return existsSync(path) ? path : undefined;
}

export function seccompHelper(from: string = import.meta.url): string | undefined {
  if (from.endsWith('.ts')) return seccompInPackage();
  const path = fileURLToPath(new URL(`./${seccompName()}`, from)).replace('app.asar', 'app.asar.unpacked');
  return existsSync(path) ? path : undefined;
}
