// What a wire may carry, read from the contract itself: the paths, and which of them take an input.

import type { AnyContractRouter } from '@orpc/contract';

export interface KnownCall {
  readonly path: readonly string[];
  /** As the wire library names it; made once. */
  readonly url: URL;
  /** Parses the input; undefined when the call takes none. */
  readonly inputSchema: unknown;
}
/** By the path as it stands in a frame, e.g. `/memory/list`. */
export type KnownCalls = ReadonlyMap<string, KnownCall>;

export function knownCalls(contract: AnyContractRouter): KnownCalls {
  const calls = new Map<string, KnownCall>();
  const walk = (part: unknown, path: readonly string[]): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('~orpc' in part) {
      const inner = (part as { '~orpc': { inputSchema?: unknown } })['~orpc'];
      const name = `/${path.map(encodeURIComponent).join('/')}`;
      calls.set(name, { path, url: new URL(name, 'http://orpc'), inputSchema: inner.inputSchema });
      return;
    }
    for (const [name, child] of Object.entries(part)) walk(child, [...path, name]);
  };
  walk(contract, []);
  return calls;
}
