// How often an agent calls: so many of one tool in a minute, so many in one run. A model in a loop, or one that was talked into one, asks
// then. Counted in memory; what was counted before a restart is told by what is kept anyway: the run's journal, and the log of the last
// minute.

import { type AuditEntry, allowedBy } from '../../../shared/model/audit.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { Recent } from '../../../shared/recent.ts';
import type { AuditStore, RunStore } from '../ports.ts';

const minuteMs = 60_000;
export const maxPerMinute = 60;
export const maxPerRun = 500;
const maxKnown = 2000;

export interface CallRates {
  /** Undefined when it is within the limits; else why not, in words. */
  tooMany(who: { key: string; name: string }, run: RunId | undefined, tool: string, now: number): string | undefined;
  note(who: { key: string }, run: RunId | undefined, tool: string, now: number): void;
}

/** What was before this start. */
export interface EarlierCalls {
  /** Of any agent in this run; asked once for each. */
  inRun(run: RunId): number;
  since(at: number): { key: string; tool: string; at: number }[];
}
const nothingEarlier: EarlierCalls = { inRun: () => 0, since: () => [] };

export function createCallRates(earlier: EarlierCalls = nothingEarlier): CallRates {
  const recent = new Recent<string, number[]>(maxKnown);
  const inRun = new Recent<string, number>(maxKnown);
  let isLoaded = false;
  function load(now: number): void {
    if (isLoaded) return;
    isLoaded = true;
    for (const { key, tool, at } of earlier.since(now - minuteMs)) {
      const name = `${key} ${tool}`;
      recent.set(name, [...(recent.get(name) ?? []), at]);
    }
  }
  const since = (key: string, now: number): number[] => {
    load(now);
    // After the clock was put back, what was later than now counts from now on: not for as long as it was put back, and not as nothing.
    const times = (recent.get(key) ?? []).map((at) => Math.min(at, now)).filter((at) => at > now - minuteMs);
    if (times.length > 0) recent.set(key, times);
    return times;
  };
  const ofRun = (key: string, run: RunId): number => {
    const known = inRun.get(`${key} ${run}`);
    if (known !== undefined) return known;
    // Whose each was is not in the journal: in a run with several agents this counts too many, never too few.
    const before = earlier.inRun(run);
    inRun.set(`${key} ${run}`, before);
    return before;
  };
  return {
    tooMany({ key, name }, run, tool, now) {
      if (since(`${key} ${tool}`, now).length >= maxPerMinute) return `${name} called ${tool} ${maxPerMinute} times within a minute.`;
      if (run !== undefined && ofRun(key, run) >= maxPerRun) return `${name} made ${maxPerRun} calls in this run.`;
      return undefined;
    },
    note({ key }, run, tool, now) {
      const times = since(`${key} ${tool}`, now);
      times.push(now);
      recent.set(`${key} ${tool}`, times);
      if (run !== undefined) inRun.set(`${key} ${run}`, ofRun(key, run) + 1);
    },
  };
}

/** More entries of a minute than a limit could need. */
const maxEntries = 5000;

/** `startedAt`: what is in the log since then was counted as it happened. */
export function keptCalls(
  store: { runs?: Pick<RunStore, 'get' | 'readEvents'>; audit?: Pick<AuditStore, 'list'> },
  startedAt: number,
): EarlierCalls {
  return {
    inRun(run) {
      // Most runs are younger than this start.
      const began = store.runs?.get(run)?.startedAt;
      if (began === undefined || began >= startedAt) return 0;
      let count = 0;
      for (const { event } of store.runs?.readEvents(run) ?? [])
        if (event.type === 'step-start' && event.at < startedAt && /(^|\/)tool-\d/.test(event.step)) count += 1;
      return count;
    },
    since(at) {
      let entries: AuditEntry[] = [];
      try {
        entries = store.audit?.list({ limit: maxEntries, kind: ['decision', 'call'], actor: ['agent'], since: at }) ?? [];
      } catch {
        // A log that cannot be read shows by itself, and keeps nobody from their work: the minute is counted from the start on.
      }
      return entries.flatMap((entry) => {
        const { kind, actor, what, outcome, at: when } = entry;
        if (actor.id === undefined || outcome === 'denied' || when >= startedAt) return [];
        // A call whose decision is an entry of its own was counted by that.
        return kind === 'call' && allowedBy(entry) === undefined ? [] : [{ key: actor.id, tool: what, at: when }];
      });
    },
  };
}
