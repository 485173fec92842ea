// Who did something and why it was allowed, read from the entries of the audit log of one step. Pure; the page and the command line show it.

import { type AuditActor, type AuditEntry, allowedBy } from './audit.ts';

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
