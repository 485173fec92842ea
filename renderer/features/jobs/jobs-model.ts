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
