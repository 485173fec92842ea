// Where a worker's file is: its TypeScript source when the app runs from source, the bundle beside the host's bundle when built.
// One bundle per name below; scripts/build.ts reads the same map.

/** Name of the built file (without `.js`) → source, relative to this file. */
export const nodeEntries = {
  'tool-host-worker': './mcp/tool-host.worker.ts',
  'expressions-worker': './expressions/expressions.worker.ts',
  'pages-worker': './pages/pages.worker.ts',
} as const;
export type NodeEntry = keyof typeof nodeEntries;

export function nodeEntry(name: NodeEntry, from: string = import.meta.url): URL {
  return from.endsWith('.ts') ? new URL(nodeEntries[name], from) : new URL(`./${name}.js`, from);
}
