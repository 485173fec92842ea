// What one life of the audit service said that it took and wrote, compared with what its log holds afterwards. Pure.

/** A line of the process. */
export type AuditLife =
  | { taken: number; pairs: number; at: number }
  | { kept: readonly string[] }
  | { isRefused: number }
  | { isClosed: true };

export interface AuditCounts {
  taken: number;
  kept: number;
  /** Promised and not there: told as written, before one that is there, or taken by one that closed in order, without being counted as lost. */
  lost: number;
  /** Taken and not there when it was killed; the last moment may go. */
  cutOff: number;
  /** How long before its last word the oldest of those was taken, in milliseconds. */
  cutMs: number;
  /** Said to be lost by the log itself. */
  toldLost: number;
  doubled: number;
  /** There, and never taken. */
  invented: number;
}

export interface Written {
  what: string;
  outcome: string;
  reason: string;
}

/** `entries`: of this life and all that its log told of losses, in order. */
export function compareLife(lines: readonly AuditLife[], entries: readonly Written[], prefix: string): AuditCounts {
  let [taken, pairs, isClosed] = [0, 0, false];
  const promised = new Set<string>();
  for (const line of lines) {
    if ('taken' in line) [taken, pairs] = [line.taken, line.pairs];
    if ('kept' in line) for (const id of line.kept) promised.add(id);
    if ('isClosed' in line) isClosed = true;
  }
  const counts: AuditCounts = { taken: taken + pairs, kept: 0, lost: 0, cutOff: 0, cutMs: 0, toldLost: 0, doubled: 0, invented: 0 };
  /** By id, what is there of it. */
  const there = new Map<string, string[]>();
  for (const { what, outcome, reason } of entries) {
    if (what === 'audit:lost') counts.toldLost += Number(/^\d+/.exec(reason)?.[0] ?? 0);
    if (!what.startsWith(`${prefix}:`)) continue;
    const id = what.slice(prefix.length + 1);
    const outcomes = there.get(id) ?? [];
    if (outcomes.includes(outcome)) counts.doubled += 1;
    outcomes.push(outcome);
    there.set(id, outcomes);
  }
  const newest = Math.max(-1, ...newestOf(there));
  let holes = 0;
  let cut = 0;
  for (let i = 0; i < taken; i += 1) {
    if (there.has(`r${i}`)) counts.kept += 1;
    else if (promised.has(`r${i}`)) counts.lost += 1;
    else if (isClosed || i < newest) holes += 1;
    else cut += 1;
  }
  for (let i = 0; i < pairs; i += 1) {
    const id = `b${i}`;
    if (there.has(id)) counts.kept += 1;
    else if (promised.has(id)) counts.lost += 1;
    else if (isClosed) holes += 1;
    else cut += 1;
  }
  // What a process took after its last word may be there, and nothing else.
  if (isClosed) for (const id of there.keys()) if (Number(id.slice(1)) >= (id.startsWith('r') ? taken : pairs)) counts.invented += 1;
  counts.lost += Math.max(0, holes - counts.toldLost);
  counts.cutOff = cut;
  counts.cutMs = cutFor(lines, newest, taken);
  return counts;
}

/** From when the first entry after the newest that is there was said to be taken, to the last word. */
function cutFor(lines: readonly AuditLife[], newest: number, taken: number): number {
  if (newest + 1 >= taken) return 0;
  const times = lines.flatMap((line) => ('at' in line ? [line] : []));
  const first = times.find((line) => line.taken > newest + 1);
  return (times.at(-1)?.at ?? 0) - (first?.at ?? 0);
}

const newestOf = (there: ReadonlyMap<string, unknown>): number[] => {
  let newest = -1;
  for (const id of there.keys()) if (id.startsWith('r')) newest = Math.max(newest, Number(id.slice(1)));
  return [newest];
};
