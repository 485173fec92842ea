// The queue as it is shown: what goes, what waits for a person or a time, what waits for its turn. Pure.

import type { QueueEntry, QueueView } from '../../../shared/contract/queue.contract.ts';

export interface QueueGroups {
  going: QueueEntry[];
  /** For a person: they have a question in the inbox. */
  asking: QueueEntry[];
  /** For a time, or for another run. */
  waiting: QueueEntry[];
  queued: QueueEntry[];
  /** Entries that the host counts but did not send. */
  hidden: number;
}

/** `asks`: the open questions by run. Keeps the host's order within each group: going first, then the order in which they will begin. */
export function groupsOf(view: Pick<QueueView, 'entries' | 'total'>, asks: ReadonlyMap<string, string>): QueueGroups {
  const groups: QueueGroups = { going: [], asking: [], waiting: [], queued: [], hidden: Math.max(0, view.total - view.entries.length) };
  for (const entry of view.entries) {
    if (entry.state === 'queued') groups.queued.push(entry);
    else if (entry.state === 'waiting') groups[asks.has(entry.id) ? 'asking' : 'waiting'].push(entry);
    else groups.going.push(entry);
  }
  return groups;
}

export const priorities = [
  { value: 100, name: 'first' },
  { value: 50, name: 'high' },
  { value: 0, name: 'normal' },
  { value: -50, name: 'low' },
  { value: -100, name: 'last' },
] as const;

/** The word for a priority; undefined for one that somebody chose between the words. */
export const priorityName = (value: number): (typeof priorities)[number]['name'] | undefined =>
  priorities.find((priority) => priority.value === value)?.name;

/** 0 to 1, or undefined where it cannot be known. */
export const shareDone = ({ progress }: Pick<QueueEntry, 'progress'>): number | undefined =>
  progress === undefined || progress.total <= 0 ? undefined : Math.max(0, Math.min(1, progress.done / progress.total));
