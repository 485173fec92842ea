// The details of an entry as people read them: names and values in words, numbers with their units, no ids. Pure but for the words.

import type { AuditEntry } from '../../../shared/model/audit.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { security } from '../../strings/en/security.ts';
import { formatBytes, formatDuration } from '../../ui/index.ts';

export interface DetailRow {
  /** A key of `security.detailNames`, or the name as it is recorded. */
  name: string;
  value: string;
  isCode: boolean;
}

/** Those with a place of their own in the pane, and those that only machines need. */
const placed = new Set([
  ...['rule', 'grant', 'why', 'read', 'change', 'set', 'server', 'tool', 'cannotUndo', 'answer', 'op'],
  ...['connection', 'localPort', 'isReused', 'isRefused', 'host'],
  ...['call', 'decided', 'wayBack', 'of', 'job', 'agent', 'anomaly', 'asked'],
]);
const bytes = new Set(['bytesOut', 'bytesIn', 'bytes']);
const words = new Set(['purpose', 'event', 'field', 'to', 'over', 'by', 'with']);

export const isKnownDetail = (name: string): name is keyof typeof security.detailNames => Object.hasOwn(security.detailNames, name);

export function detailRows(entry: AuditEntry): DetailRow[] {
  return Object.entries(entry.details ?? {}).flatMap(([name, value]) => {
    if (placed.has(name) || value === '' || (name === 'isOpen' && value === false)) return [];
    if (name === 'args') return argRows(value);
    return [{ name, value: written(name, value), isCode: !words.has(name) && typeof value === 'string' }];
  });
}

function written(name: string, value: JsonValue): string {
  if (typeof value === 'number') return bytes.has(name) ? formatBytes(value) : name === 'ms' ? formatDuration(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A call's arguments are kept as JSON, cut off where it is long: one row each, or the text as it is. */
function argRows(value: JsonValue): DetailRow[] {
  if (typeof value !== 'string') return [];
  try {
    const args: unknown = JSON.parse(value);
    if (typeof args === 'object' && args !== null && !Array.isArray(args))
      return Object.entries(args).map(([name, each]) => ({
        name: `args.${name}`,
        value: typeof each === 'string' ? each : JSON.stringify(each),
        isCode: true,
      }));
  } catch {
    // Cut off: shown as it was kept.
  }
  return [{ name: 'args', value: value.length >= 500 ? `${value} …` : value, isCode: true }];
}

export type UndoCase = 'sent' | 'kept' | 'secret' | 'start' | 'call' | 'refused' | 'none';

/** Why there is nothing to undo here, for an entry that is no change itself. `none`: there is nothing to say. */
export function undoCase({ kind, outcome, details }: AuditEntry): UndoCase {
  if (outcome === 'denied') return 'refused';
  // It says itself how it is taken back.
  if (typeof details?.wayBack === 'string') return 'none';
  switch (kind) {
    case 'connection':
      return 'sent';
    case 'secret':
      return 'secret';
    case 'process':
      return details?.event === 'end' ? 'none' : 'start';
    case 'call':
      return details?.rule === 'only-reads' ? 'kept' : 'call';
    case 'decision':
    case 'answer':
    case 'access':
    case 'change':
    case 'undo':
      return 'none';
  }
}

/** What the person set up, by which something went on without a decision of its own; undefined where there is or was one. */
export function setUpCase({
  kind,
  outcome,
  actor,
  run,
  step,
  details,
}: AuditEntry): 'server' | 'model' | 'secret' | 'reach' | 'app' | undefined {
  if (outcome === 'denied' || actor.kind === 'person' || (run !== undefined && step !== undefined)) return undefined;
  if (kind === 'process') return details?.event === 'end' ? undefined : 'server';
  if (kind === 'secret') return run === undefined && actor.kind === 'app' ? 'secret' : undefined;
  if (kind !== 'connection') return undefined;
  if (typeof details?.purpose === 'string' && details.purpose.startsWith('model provider')) return 'model';
  return actor.kind === 'server' ? 'reach' : actor.kind === 'app' ? 'app' : undefined;
}
