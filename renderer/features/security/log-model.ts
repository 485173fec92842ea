// The filters of the log, and how an entry is shown. Pure.

import {
  type AuditActor,
  type AuditEntry,
  type AuditFilter,
  type AuditKind,
  type AuditOutcome,
  auditActor,
  auditKind,
  auditOutcome,
} from '../../../shared/model/audit.ts';
import type { IconName, Tone } from '../../ui/index.ts';

export const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
export type SpanName = keyof typeof spans;
export const spanNames = Object.keys(spans) as SpanName[];

export interface LogFilter {
  kind: AuditKind | 'all';
  outcome: AuditOutcome | 'all';
  actor: AuditActor['kind'] | 'all';
  server: string;
  since: SpanName | 'all';
  text: string;
  run: string;
  /** With `run`. */
  step: string;
  change: string;
  grant: string;
  /** Only these, that an anomaly rests on. */
  entries: readonly number[];
}
export const wholeLog: LogFilter = {
  kind: 'all',
  outcome: 'all',
  actor: 'all',
  server: '',
  since: 'all',
  text: '',
  run: '',
  step: '',
  change: '',
  grant: '',
  entries: [],
};
export const kinds = auditKind.options;
export const outcomes = auditOutcome.options;
export const actorKinds = auditActor.shape.kind.options;

/** What an address asks for: `run`, `change`, `grant` or `host`, and its id. Anything else is the whole log. */
export function filterOf(of: string | undefined, id: string | undefined, step: string | undefined): LogFilter {
  if (id === undefined) return wholeLog;
  if (of === 'run') return { ...wholeLog, run: id, step: step ?? '' };
  if (of === 'change') return { ...wholeLog, change: id };
  if (of === 'grant') return { ...wholeLog, grant: id };
  if (of === 'host') return { ...wholeLog, kind: 'connection', text: id };
  return wholeLog;
}

export const isFiltered = (filter: LogFilter): boolean => JSON.stringify(filter) !== JSON.stringify(wholeLog);

export function queryOf(filter: LogFilter, now: number): Omit<AuditFilter, 'limit'> {
  return {
    ...(filter.kind === 'all' ? {} : { kind: [filter.kind] }),
    ...(filter.outcome === 'all' ? {} : { outcome: [filter.outcome] }),
    ...(filter.actor === 'all' ? {} : { actor: [filter.actor] }),
    ...(filter.server === '' ? {} : { server: filter.server }),
    ...(filter.run === '' ? {} : { run: filter.run as NonNullable<AuditFilter['run']> }),
    ...(filter.step === '' ? {} : { step: filter.step }),
    ...(filter.change === '' ? {} : { change: filter.change }),
    ...(filter.grant === '' ? {} : { grant: filter.grant }),
    ...(filter.since === 'all' ? {} : { since: now - spans[filter.since] }),
    ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
  };
}

/** The server that an entry is about, whichever part says so. */
export function serverOf(entry: AuditEntry): string | undefined {
  const named = entry.details?.server;
  if (typeof named === 'string') return named;
  if (entry.actor.kind === 'server') return entry.actor.id;
  return entry.kind === 'call' ? entry.what.split('.')[0] : undefined;
}

/** Whether an entry that has just come belongs to what is shown. */
export function fits(entry: AuditEntry, filter: LogFilter): boolean {
  if (filter.kind !== 'all' && entry.kind !== filter.kind) return false;
  if (filter.outcome !== 'all' && entry.outcome !== filter.outcome) return false;
  if (filter.actor !== 'all' && entry.actor.kind !== filter.actor) return false;
  if (filter.server !== '' && serverOf(entry) !== filter.server) return false;
  if (filter.run !== '' && entry.run !== filter.run) return false;
  if (filter.step !== '' && entry.step !== filter.step) return false;
  if (filter.change !== '' && entry.details?.change !== filter.change) return false;
  if (filter.grant !== '' && entry.details?.grant !== filter.grant && entry.what !== `grant:${filter.grant}`) return false;
  if (filter.entries.length > 0 && !filter.entries.includes(entry.seq)) return false;
  const text = `${entry.what} ${entry.reason} ${entry.actor.name}`.toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Newest first, each once. */
export function mergeEntries(before: readonly AuditEntry[], more: readonly AuditEntry[]): readonly AuditEntry[] {
  if (more.length === 0) return before;
  const known = new Set(before.map((entry) => entry.seq));
  const fresh = more.filter((entry) => !known.has(entry.seq));
  return fresh.length === 0 ? before : [...before, ...fresh].sort((a, b) => b.seq - a.seq);
}

export const kindIcons: Record<AuditKind, IconName> = {
  decision: 'scale',
  answer: 'hand',
  call: 'wrench',
  connection: 'globe',
  change: 'file-pen',
  secret: 'key-round',
  process: 'terminal',
  access: 'log-in',
  undo: 'undo-2',
};
export const outcomeTones: Record<AuditOutcome, Tone> = { allowed: 'ok', asked: 'wait', denied: 'bad', done: 'neutral', failed: 'bad' };

/**
 * What it was about, without the word for its kind that stands before it: `setting:theme` is `theme`. A thing that has only an id
 * is said by its kind; the reason beside it has its name. Who is let in comes to Orrery, whatever the request was called.
 */
export const whatOf = (entry: AuditEntry): string =>
  entry.kind === 'access' && entry.outcome === 'allowed' && entry.what === 'GET /wire' ? 'Orrery' : shortWhat(entry);
const shortWhat = (entry: AuditEntry): string =>
  entry.what.replace(/^(?:secret|server|setting|access|audit|client):/, '').replace(/^([a-z]+):(?:[a-z]+-)?[0-9a-z]{26}$/, '$1');

/** What was read before, each once: the label in the log is for machines. */
export const readLines = (read: readonly unknown[]): string[] => [
  ...new Set(read.map((each) => String(each).replace(/^(?:untrusted|private): /, ''))),
];
