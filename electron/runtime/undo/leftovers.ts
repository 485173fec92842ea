// After a crash: a file is written beside its place and takes its name at the end, and what was cut short there is no file of the
// person's. Only where a write of ours was under way, only by our own names, and nothing that this life of the host makes itself.

import type { Clock, Files } from '../ports.ts';
import type { StoredChange } from './undo-ports.ts';

/** As changing.ts of the files makes them. */
const ours = /^\.orrery-[0-9a-f]{12}\.tmp$/;
/** Some file systems keep times in steps of so many milliseconds. */
const coarseMs = 2000;
/** Entries of one folder that are looked at. */
const mostEntries = 100_000;

/** Gives how many files went. What cannot be looked into or removed stays. */
export async function removeLeftovers(
  { files, clock }: { files: Pick<Files, 'list' | 'remove'>; clock: Pick<Clock, 'now'> },
  begun: readonly StoredChange[],
): Promise<number> {
  const until = clock.now();
  const folders = new Map<string, { root: string; from: number }>();
  for (const { kind, op, target, root, at } of begun) {
    if (kind !== 'file' || op !== 'write' || root === undefined) continue;
    const folder = target.slice(0, Math.max(target.lastIndexOf('/'), target.lastIndexOf('\\')));
    folders.set(folder, { root, from: Math.min(at, folders.get(folder)?.from ?? at) });
  }
  let gone = 0;
  for (const [folder, { root, from }] of folders) {
    // A folder that is not there any more, or closed to us, holds nothing that we can put in order.
    const entries = await files.list(folder, [root], { limit: mostEntries }).catch(() => []);
    for (const { name, kind, path, modifiedAt } of entries) {
      if (kind !== 'file' || !ours.test(name) || modifiedAt < from - coarseMs || modifiedAt > until) continue;
      gone += await files.remove(path, [root]).then(
        () => 1,
        () => 0, // it stays, and harms nothing
      );
    }
  }
  return gone;
}
