// How often an agent calls: so many of one tool in a minute, so many in one run. A model in a loop, or one that was talked into one, asks
// then. In memory: a restart begins anew, and what is asked about waits anyway.

import type { RunId } from '../../../shared/model/ids.ts';

const minuteMs = 60_000;
export const maxPerMinute = 60;
export const maxPerRun = 500;
const maxKnown = 2000;

export interface CallRates {
  /** Undefined when it is within the limits; else why not, in words. */
  tooMany(who: { key: string; name: string }, run: RunId | undefined, tool: string, now: number): string | undefined;
  note(who: { key: string }, run: RunId | undefined, tool: string, now: number): void;
}

export function createCallRates(): CallRates {
  const recent = new Map<string, number[]>();
  const inRun = new Map<string, number>();
  const since = (key: string, now: number): number[] => {
    const times = (recent.get(key) ?? []).filter((at) => at > now - minuteMs && at <= now);
    return times;
  };
  return {
    tooMany({ key, name }, run, tool, now) {
      if (since(`${key} ${tool}`, now).length >= maxPerMinute) return `${name} called ${tool} ${maxPerMinute} times within a minute.`;
      if (run !== undefined && (inRun.get(`${key} ${run}`) ?? 0) >= maxPerRun) return `${name} made ${maxPerRun} calls in this run.`;
      return undefined;
    },
    note({ key }, run, tool, now) {
      const times = since(`${key} ${tool}`, now);
      times.push(now);
      put(recent, `${key} ${tool}`, times);
      if (run !== undefined) put(inRun, `${key} ${run}`, (inRun.get(`${key} ${run}`) ?? 0) + 1);
    },
  };
}

function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > maxKnown && oldest.done !== true) map.delete(oldest.value);
}
