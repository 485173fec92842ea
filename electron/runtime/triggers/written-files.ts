// Which run wrote which file last, so that a run that writes into the folder it watches does not start itself for ever. Known are
// writes through the app's own file tools, since this start; what scripts and tool servers of others write is not.

import type { RunId } from '../../../shared/model/ids.ts';
import { Recent } from '../../../shared/recent.ts';
import type { RunStore } from '../ports.ts';

const maxKept = 5000;
const writers = new WeakMap<object, Recent<string, RunId>>();

/** One spelling: forward slashes, no `.` parts. */
const spelt = (path: string): string => path.replaceAll('\\', '/').replace(/\/(?:\.?\/)+/g, '/');

/** `folders`: where a relative path starts is the first of them. */
export function noteWritten(runs: RunStore, path: string, folders: readonly string[], run: RunId): void {
  const known = writers.get(runs) ?? new Recent<string, RunId>(maxKept);
  writers.set(runs, known);
  const isWhole = /^(?:[/\\]|[A-Za-z]:)/.test(path);
  known.set(spelt(isWhole ? path : `${folders[0] ?? ''}/${path}`), run);
}

export const writerOf = (runs: RunStore, path: string): RunId | undefined => writers.get(runs)?.get(spelt(path));
