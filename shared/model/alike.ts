// Questions of one job that ask the very same thing, once for each of its runs: shown as one, answered together. Pure. What a person would
// see is what counts; the hash that binds an answer to its run is not.

import type { InboxItem } from './grant.ts';
import type { InboxId } from './ids.ts';

export interface Asked {
  item: InboxItem;
  /** Those that are the same, newer ones. */
  alike: InboxItem[];
}

/** Undefined for what is asked about one happening alone: it is never put together with another. */
export function sameQuestion({ job, step, request, agent, title }: InboxItem): string | undefined {
  if (job === undefined || request.kind === 'unknown-outcome') return undefined;
  if (request.kind === 'question') return JSON.stringify([job, title, step, request]);
  const { hash: _hash, ...shown } = request;
  // About a job's changed workflow or agent every step of a run asks the same.
  const isAboutChange = request.server === 'orrery' && (request.tool === 'changed_workflow' || request.tool === 'changed_agent');
  const at = isAboutChange ? '' : step;
  return JSON.stringify([job, title, at, agent ?? '', shown]);
}

/** In the order given; each group stands where its oldest one does, so that it stays in its place while more come. */
export function groupAlike(items: readonly InboxItem[]): Asked[] {
  const groups = new Map<string, InboxItem[]>();
  for (const item of items) {
    const key = sameQuestion(item) ?? item.id;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const found = new Map<InboxId, Asked>();
  for (const group of groups.values()) {
    const [item, ...alike] = group.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    if (item !== undefined) found.set(item.id, { item, alike });
  }
  return items.flatMap((item) => found.get(item.id) ?? []);
}
