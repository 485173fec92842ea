// The builds of Node that Orrery may fetch for tool servers: a list that comes with the app (resources/managed-node.json, made by
// scripts/managed-node.ts). It says the exact bytes of each, so it does not matter where they are fetched from.

import { readFileSync } from 'node:fs';
import { z } from 'zod';

const pinnedPackage = z.object({
  package: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
  /** Of the packed file. */
  bytes: z.number().int().positive(),
  unpackedBytes: z.number().int().positive(),
});
export type PinnedPackage = z.infer<typeof pinnedPackage>;

export const pinnedNodes = z.object({
  /** Node's packages hold no npm. */
  npm: pinnedPackage,
  node: z.array(pinnedPackage.extend({ platform: z.enum(['linux', 'darwin', 'win32']), arch: z.enum(['x64', 'arm64']) })),
});
export type PinnedNodes = z.infer<typeof pinnedNodes>;

/** What can be fetched for this machine. */
export interface NodeBuild {
  node: PinnedPackage;
  npm: PinnedPackage;
}

/** Undefined where there is no build for it. */
export function buildFor(
  list: PinnedNodes,
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): NodeBuild | undefined {
  const node = list.node.find((each) => each.platform === platform && each.arch === arch);
  return node === undefined ? undefined : { node, npm: list.npm };
}

/** Read once, when it is first asked for. A file that cannot be read is told, and nothing can be fetched. */
export function readPinnedNode(
  file: string,
  log: { warn(text: string, facts: Record<string, unknown>): void },
): () => NodeBuild | undefined {
  let known: { build: NodeBuild | undefined } | undefined;
  return () => {
    try {
      known ??= { build: buildFor(pinnedNodes.parse(JSON.parse(readFileSync(file, 'utf8')))) };
    } catch (error) {
      log.warn('The list of Nodes for tool servers cannot be read', { file, error: String(error) });
      known = { build: undefined };
    }
    return known.build;
  };
}
