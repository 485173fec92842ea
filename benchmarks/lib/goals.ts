// Compares the lines of a run with goals.json. A goal of a bench that is not there yet is listed as such, never as met.

import type { Figure, PeerRatio } from './bench.ts';

export interface Goal {
  bench: string;
  /** Whether the bench exists now. */
  exists: boolean;
  metric?: string;
  peer?: string;
  atLeast?: number;
  atMost?: number;
  unit?: string;
  words: string;
}

export function checkGoals(
  goals: readonly Goal[],
  lines: readonly (Figure | PeerRatio)[],
  ran: ReadonlySet<string>,
  withPeers: boolean,
): boolean {
  let allMet = true;
  for (const goal of goals.filter((each) => ran.has(each.bench) && each.exists)) {
    if (goal.peer !== undefined && !withPeers) {
      console.error(`–  ${goal.bench}: ${goal.words} (needs --peer)`);
      continue;
    }
    const value = find(goal, lines);
    const isMet = value !== undefined && value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity);
    if (!isMet) allMet = false;
    console.error(
      `${isMet ? '✓' : '✗'}  ${goal.bench}: ${goal.words}; here ${value ?? 'not measured'}${goal.peer === undefined ? ` ${goal.unit ?? ''}` : '×'}`,
    );
  }
  return allMet;
}

function find(goal: Goal, lines: readonly (Figure | PeerRatio)[]): number | undefined {
  for (const line of lines) {
    if (line.bench !== goal.bench) continue;
    if ('ratio' in line ? line.peer === goal.peer : goal.peer === undefined && line.metric === goal.metric)
      return 'ratio' in line ? line.ratio : line.value;
  }
  return undefined;
}
