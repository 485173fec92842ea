// What a watched folder held when it was last looked at, and what is different now. Pure. Bounded: of very large folders only the
// newest files are remembered, and a file that is older than all of them is taken as known.

import type { JsonObject } from '../../../shared/model/json.ts';

/** By path: changed at, size. */
export type Seen = Map<string, [modifiedAt: number, size: number]>;

export interface FileEvent {
  kind: 'added' | 'changed' | 'removed';
  path: string;
  size: number;
  modifiedAt: number;
}

export const maxSeen = 5000;

/** Undefined when the folder was never looked at: then what is there is not new. */
export function readSeen(state: JsonObject): (Seen & { olderThan?: number }) | undefined {
  const { seen, seenFrom } = state;
  if (seen === null || typeof seen !== 'object' || Array.isArray(seen)) return undefined;
  if (seen === undefined) return undefined;
  const known: Seen & { olderThan?: number } = new Map();
  for (const [path, entry] of Object.entries(seen))
    if (Array.isArray(entry) && typeof entry[0] === 'number' && typeof entry[1] === 'number') known.set(path, [entry[0], entry[1]]);
  if (typeof seenFrom === 'number') known.olderThan = seenFrom;
  return known;
}

export function writeSeen(seen: Seen): JsonObject {
  if (seen.size <= maxSeen) return { seen: Object.fromEntries(seen), seenFrom: null };
  const newest = [...seen].sort(([, a], [, b]) => b[0] - a[0]).slice(0, maxSeen);
  return { seen: Object.fromEntries(newest), seenFrom: newest.at(-1)?.[1][0] ?? null };
}

export function isSeen(seen: Seen, { kind, path, size, modifiedAt }: FileEvent): boolean {
  const known = seen.get(path);
  return kind === 'removed' ? known === undefined : known !== undefined && known[0] === modifiedAt && known[1] === size;
}

/** In the order of their change; what was removed comes first, as nobody knows when. */
export function compare(before: Seen & { olderThan?: number }, now: Seen): FileEvent[] {
  const events: FileEvent[] = [];
  for (const [path, [modifiedAt, size]] of before) if (!now.has(path)) events.push({ kind: 'removed', path, size, modifiedAt });
  const changed: FileEvent[] = [];
  for (const [path, [modifiedAt, size]] of now) {
    const known = before.get(path);
    if (known === undefined) {
      if (before.olderThan === undefined || modifiedAt > before.olderThan) changed.push({ kind: 'added', path, size, modifiedAt });
    } else if (known[0] !== modifiedAt || known[1] !== size) changed.push({ kind: 'changed', path, size, modifiedAt });
  }
  return events.concat(changed.sort((a, b) => a.modifiedAt - b.modifiedAt));
}
