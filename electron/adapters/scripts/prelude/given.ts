// What the host gives: `$n8n` of the contract at the top of n8n-prelude.ts, with every gap filled.

export interface PairedItem {
  item: number;
  input?: number;
}
export interface Item {
  json: Record<string, unknown>;
  binary?: Record<string, Record<string, unknown>>;
  pairedItem?: number | PairedItem | (number | PairedItem)[];
}
export interface Source {
  node?: string;
  output?: number;
  run?: number;
}
export interface GivenNode {
  items?: Item[];
  outputs?: Item[][];
  sources?: (Source | null)[];
  parameters?: Record<string, unknown>;
  runIndex?: number;
  /** What each of its runs gave, output by output, where the text asks for one by number. */
  runs?: Item[][][];
  /** Other runs that the links of these items lead through, by number (loops). */
  traced?: Record<string, { outputs: Item[][]; sources: (Source | null)[] }>;
  /** What the step keeps between its runs. */
  context?: Record<string, unknown>;
  /** Its items stand in for running it. */
  pinned?: boolean;
}
export interface Given {
  items?: Item[];
  inputs?: Item[][];
  itemIndex?: number;
  runIndex?: number;
  nodes?: Record<string, Item[] | GivenNode>;
  /** Which output of a step leads to this one; null where none does. */
  branches?: Record<string, number | null>;
  source?: Source;
  node?: { name?: string; type?: string; typeVersion?: number; id?: string; parameters?: Record<string, unknown> };
  parameters?: Record<string, unknown>;
  workflow?: { id?: string; name?: string; active?: boolean };
  execution?: { id?: string; mode?: string; resumeUrl?: string };
  vars?: Record<string, unknown>;
  zone?: string;
  locale?: string;
  staticData?: { global?: Record<string, unknown>; node?: Record<string, unknown> };
}

export const given = (): Given => (globalThis as { $n8n?: Given }).$n8n ?? {};

export const itemsOf = (from: Given): Item[] => from.items ?? from.inputs?.[0] ?? [];

/** A step's outputs; undefined when it was not executed. */
export function outputsOf(from: Given, name: string): Item[][] | undefined {
  const node = Object.hasOwn(from.nodes ?? {}, name) ? from.nodes?.[name] : undefined;
  if (node === undefined) return undefined;
  if (Array.isArray(node)) return [node];
  return node.outputs ?? [node.items ?? []];
}
/** Undefined: nothing is said of the connections. */
export const branchOf = (from: Given, name: string): number | null | undefined =>
  Object.hasOwn(from.branches ?? {}, name) ? from.branches?.[name] : undefined;

export const nodeOf = (from: Given, name: string): GivenNode | undefined => {
  const node = Object.hasOwn(from.nodes ?? {}, name) ? from.nodes?.[name] : undefined;
  return Array.isArray(node) ? { items: node } : node;
};
