// Where a worker's file is: its TypeScript source when the app runs from source, the bundle beside the host's bundle when built.
// One bundle per name below; scripts/build.ts reads the same map.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Name of the built file (without `.js`) → source, relative to this file. */
export const nodeEntries = {
  'tool-host-worker': './mcp/tool-host.worker.ts',
  'expressions-worker': './expressions/expressions.worker.ts',
  'backup-worker': './sqlite/backup.worker.ts',
  'check-worker': './sqlite/check.worker.ts',
  'audit-worker': './sqlite/audit.worker.ts',
  'audit-reads-worker': './sqlite/audit-reads.worker.ts',
  'pages-worker': './pages/pages.worker.ts',
  'snapshot-worker': './snapshots/snapshot.worker.ts',
  'scripts-worker': './scripts/scripts.worker.ts',
  'n8n-nodes-worker': './scripts/n8n-nodes.worker.ts',
} as const;
export type NodeEntry = keyof typeof nodeEntries;

export function nodeEntry(name: NodeEntry, from: string = import.meta.url): URL {
  return from.endsWith('.ts') ? new URL(nodeEntries[name], from) : new URL(`./${name}.js`, from);
}

const inPackage = (from: string, name: string): URL => pathToFileURL(createRequire(from).resolve(name));
const wasmInPackage = '@jitl/quickjs-wasmfile-release-sync/wasm';
/** The sandbox's machine code: in its package when run from source; copied beside the bundles, where no package is, when built. */
export function quickjsWasm(from: string = import.meta.url): URL {
  return from.endsWith('.ts') ? inPackage(from, wasmInPackage) : new URL('./quickjs.wasm', from);
}

/** The database that the sandbox loads for queries of imported workflows: text, found like its machine code. */
export function alasqlScript(from: string = import.meta.url): URL {
  return from.endsWith('.ts') ? inPackage(from, 'alasql/dist/alasql.min.js') : new URL('./alasql.js', from);
}
