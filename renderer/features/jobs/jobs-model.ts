// Jobs as they are listed: on before off, the next to run first, with one state in words each. Pure.

import type { Grant } from '../../../shared/model/grant.ts';
import type { Job } from '../../../shared/model/job.ts';
import { daysBetween } from '../../ui/index.ts';

export interface JobGroups {
  on: Job[];
  off: Job[];
}

/** What is in trouble comes first, then what is due soonest, then by name. */
export function groupsOf(jobs: readonly Job[]): JobGroups {
  const sorted = jobs.toSorted(
    (a, b) =>
      Number(b.trouble !== undefined) - Number(a.trouble !== undefined) ||
      (a.nextDueAt ?? Infinity) - (b.nextDueAt ?? Infinity) ||
      a.title.localeCompare(b.title),
  );
  return {
    on: sorted.filter(({ isOn }) => isOn),
    off: jobs.filter(({ isOn }) => !isOn).toSorted((a, b) => a.title.localeCompare(b.title)),
  };
}

export type JobState = 'trouble' | 'waiting' | 'on' | 'off';

/** The one thing to say of a job. What is wrong with it comes before what it waits for. */
export function stateOf(job: Pick<Job, 'isOn' | 'trouble'>, waiting: number): JobState {
  if (job.isOn && job.trouble !== undefined) return 'trouble';
  if (waiting > 0) return 'waiting';
  return job.isOn ? 'on' : 'off';
}

const icons: Record<string, string> = {
  schedule: 'calendar-clock',
  files: 'folder-input',
  file: 'folder-input',
  folder: 'folder-input',
  webhook: 'webhook',
  clipboard: 'clipboard',
  hotkey: 'command',
  'run-finished': 'check-check',
  'agent-event': 'bot',
  'app-start': 'power',
};

export const iconOf = (kind: string): string => icons[kind.replace(/^trigger\./, '')] ?? 'zap';

/** Times under the day they fall on, in the order given. */
export function byDay<T extends { at: number }>(entries: readonly T[], now: number): { at: number; entries: T[] }[] {
  const days = new Map<number, { at: number; entries: T[] }>();
  for (const entry of entries) {
    const day = daysBetween(entry.at, now);
    const group = days.get(day);
    if (group === undefined) days.set(day, { at: entry.at, entries: [entry] });
    else group.entries.push(entry);
  }
  return [...days.values()];
}

/** The most times of one job that are listed one by one on one day. */
const shownPerDay = 3;

export interface Rest {
  /** How many times more that day, and the last of them. */
  count: number;
  until: number;
}

/** On one day, what comes again and again is listed a few times and then summed up. */
export function folded<T extends { job: string; at: number }>(entries: readonly T[]): (T & { rest?: Rest })[] {
  const seen = new Map<string, (T & { rest?: Rest })[]>();
  const shown: (T & { rest?: Rest })[] = [];
  for (const entry of entries) {
    const mine = seen.get(entry.job) ?? [];
    seen.set(entry.job, mine);
    const last = mine.at(-1);
    if (mine.length <= shownPerDay || last === undefined) {
      const next: T & { rest?: Rest } = { ...entry };
      mine.push(next);
      shown.push(next);
    } else last.rest = { count: (last.rest?.count ?? 1) + 1, until: entry.at };
  }
  return shown;
}

/** Each job's next time is among them, also where another job fills the list. */
export function withNextOfEach<T extends { job: string; title: string; at: number; isKept: boolean }>(
  list: readonly T[],
  jobs: readonly Pick<Job, 'id' | 'title' | 'nextDueAt' | 'isOn'>[],
): (T | { job: Job['id']; title: string; at: number; isKept: boolean })[] {
  const listed = new Set(list.map(({ job }) => job));
  const lacking = jobs.flatMap(({ id, title, nextDueAt, isOn }) =>
    isOn && nextDueAt !== undefined && !listed.has(id) ? [{ job: id, title, at: nextDueAt, isKept: true }] : [],
  );
  return [...list, ...lacking].toSorted((a, b) => a.at - b.at);
}

export interface GrantWords {
  /** `files.read_text`; `{ server }` alone stands for all tools of a server. */
  tools: { server: string; tool?: string }[];
  denied: string[];
  folders: readonly string[];
  hosts: readonly string[];
}

export function wordsOf(grant: Grant): GrantWords {
  return {
    tools: grant.tools.filter(({ effect }) => effect === 'allow').map(({ server, tool }) => (tool === '*' ? { server } : { server, tool })),
    denied: grant.tools.filter(({ effect }) => effect === 'deny').map(({ server, tool }) => `${server}.${tool}`),
    folders: grant.folders,
    hosts: grant.hosts ?? [],
  };
}

/** The address with its secret part; hosts give it with or without. */
export const fullAddress = ({ url, token }: { url: string; token: string }): string =>
  url.includes(token) ? url : `${url.replace(/\/$/, '')}/${token}`;

export const maskedAddress = (hook: { url: string; token: string }): string => fullAddress(hook).replace(hook.token, '••••••••');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const curlOf = (address: string): string =>
  `curl -X POST ${quoted(address)} \\\n  -H 'Content-Type: application/json' \\\n  -d '{"hello": "world"}'`;
