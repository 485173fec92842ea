// Who did something and why it was allowed, read from the entries of the audit log of one step. Pure.

import { type AuditActor, type AuditEntry, allowedBy } from '../../../shared/model/audit.ts';

export interface Why {
  /** Number of the entry that says it. */
  entry: number;
  what: string;
  actor: AuditActor;
  outcome: 'allowed' | 'asked' | 'denied';
  reason: string;
  rule: string;
  grant?: string;
  conversation?: string;
  /** What the person said, where it asked. */
  answer?: { entry: number; at: number; isAllowed: boolean; reason: string; grant?: string };
}

const textIn = (entry: AuditEntry, name: string): string | undefined => {
  const value = entry.details?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** What one entry says by itself of why; undefined for one that only tells what happened. */
export function whyIn(entry: AuditEntry): Why | undefined {
  const { seq, what, actor, outcome, reason, conversation } = entry;
  const base = { entry: seq, what, actor, ...(conversation === undefined ? {} : { conversation }) };
  const allowed = allowedBy(entry);
  if (allowed !== undefined) {
    const { rule, why, grant } = allowed;
    return { ...base, outcome: 'allowed', reason: why, rule, ...(grant === undefined ? {} : { grant }) };
  }
  if (entry.kind !== 'decision' || outcome === 'done' || outcome === 'failed') return undefined;
  const grant = textIn(entry, 'grant');
  return { ...base, outcome, reason, rule: textIn(entry, 'rule') ?? '', ...(grant === undefined ? {} : { grant }) };
}

/** Of each thing that a step did, the last word about it, in the order in which they were first decided. */
export function whysOf(entries: readonly AuditEntry[]): Why[] {
  const whys = new Map<string, Why>();
  for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
    const why = whyIn(entry);
    if (why !== undefined) whys.set(entry.what, why);
    const asked = entry.kind === 'answer' ? (whys.get(entry.what) ?? stillAsked(entry, whys)) : undefined;
    if (asked === undefined) continue;
    const grant = textIn(entry, 'grant');
    const { seq, at, outcome, reason } = entry;
    asked.answer = { entry: seq, at, isAllowed: outcome === 'allowed', reason, ...(grant === undefined ? {} : { grant }) };
  }
  return [...whys.values()];
}

/** What nobody answered in time: that its time is over is told by the inbox, which knows what was asked by its tool alone. */
const stillAsked = (entry: AuditEntry, whys: ReadonlyMap<string, Why>): Why | undefined =>
  textIn(entry, 'answer') === 'expired'
    ? [...whys.values()].findLast(({ outcome, answer }) => outcome === 'asked' && answer === undefined)
    : undefined;

/** The one that an entry is about, where it says nothing of it itself: of the same thing, else the last before it, else the first. */
export function whyFor(entry: AuditEntry, whys: readonly Why[]): Why | undefined {
  const same = whys.find((why) => why.what === entry.what);
  return same ?? whys.findLast((why) => why.entry < entry.seq) ?? whys[0];
}

/** Where the thing that allowed it can be changed. `key` is of the words for it. */
export interface Source {
  key: 'grant' | 'agent' | 'job' | 'chat';
  id: string;
}
export function sourceOf({ actor, rule, grant, conversation, answer }: Why): Source | undefined {
  const given = answer?.grant ?? grant;
  if (given !== undefined) return { key: 'grant', id: given };
  if (rule === 'agent-grant' && actor.kind === 'agent' && actor.id !== undefined) return { key: 'agent', id: actor.id };
  if ((rule === 'job-grant' || rule === 'outside-job-grant') && actor.kind === 'job' && actor.id !== undefined)
    return { key: 'job', id: actor.id };
  if (rule === 'this-chat' && conversation !== undefined) return { key: 'chat', id: conversation };
  return undefined;
}

/** Where one sees and changes who it was; undefined for the person, for Orrery itself, and for what has no place. */
export function placeOfActor({ kind, id }: AuditActor): { key: 'agents' | 'jobs' | 'tools' | 'settings'; id: string } | undefined {
  if (kind === 'client') return { key: 'settings', id: 'programs' };
  if (id === undefined) return undefined;
  if (kind === 'agent') return { key: 'agents', id };
  if (kind === 'job') return { key: 'jobs', id };
  return kind === 'server' ? { key: 'tools', id } : undefined;
}

/** The step of a turn in which a call of a message was made: its number is the end of the call's id. */
export const stepOfCall = (call: string): string | undefined => {
  const place = /-(\d+-\d+)$/.exec(call)?.[1];
  return place === undefined ? undefined : `tool-${place}`;
};
