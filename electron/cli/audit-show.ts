// orrery audit show: one entry in words: who, why it was allowed, and how it is taken back.

import { AppError } from '../../shared/errors.ts';
import type { AuditEntry } from '../../shared/model/audit.ts';
import { type Why, whyFor, whyIn, whysOf } from '../../shared/model/audit-why.ts';
import { ruleSaid } from '../../shared/model/rule-names.ts';
import type { HostClient } from '../wires/attach.ts';
import { dim, exitCodes, formatTime, inert, print, printJson } from './output.ts';
import type { HostOptions } from './with-host.ts';

/** Entries of one step that are looked at. */
const mostOfStep = 200;

/** Throws `input-entry` and `audit-entry-not-found`. */
export async function showEntry(client: HostClient, which: string, { json }: HostOptions): Promise<number> {
  const entry = await find(client, which);
  const { run, step } = entry;
  const same = run === undefined || step === undefined ? [] : await client.audit.list({ run, step, limit: mostOfStep });
  const why = whyIn(entry) ?? whyFor(entry, whysOf(same));
  if (json === true) printJson({ entry, ...(why === undefined ? {} : { why }) });
  else for (const [name, text] of linesOf(entry, why)) print(`${dim(name.padEnd(9))} ${inert(text)}`);
  return exitCodes.ok;
}

async function find(client: HostClient, which: string): Promise<AuditEntry> {
  if (which.startsWith('ch-')) return ofChange(client, which);
  const seq = Number(which);
  if (!/^\d{1,15}$/.test(which) || seq === 0)
    throw new AppError('input-entry', `“${which}” is no number of an entry.`, {
      hint: 'Give the number that `orrery audit list` shows first, or the id of a change as `orrery undo show` has it.',
    });
  const [entry] = await client.audit.list({ before: seq + 1, limit: 1 });
  if (entry?.seq === seq) return entry;
  throw new AppError('audit-entry-not-found', `There is no entry ${which} in the log.`, {
    hint: 'Old entries are sealed into files: `orrery audit export` has them.',
  });
}

/** The oldest tells of its being made. */
async function ofChange(client: HostClient, change: string): Promise<AuditEntry> {
  const made = (await client.audit.list({ change, limit: 50 })).at(-1);
  if (made !== undefined) return made;
  throw new AppError('audit-entry-not-found', `Nothing in the log tells of the change ${change}.`, {
    hint: 'Old entries are sealed into files: `orrery audit export` has them.',
  });
}

const textIn = ({ details }: AuditEntry, name: string): string | undefined =>
  typeof details?.[name] === 'string' ? details[name] : undefined;

export function linesOf(entry: AuditEntry, why: Why | undefined): [name: string, text: string][] {
  const { seq, at, kind, outcome, actor, what, reason, run, step } = entry;
  const by = textIn(entry, 'by');
  const lines: [string, string | undefined][] = [
    ['Entry', `${seq}, ${formatTime(at)}: ${kind}, ${outcome}`],
    [
      'Who',
      `${actor.name}${actor.kind === 'person' || actor.kind === 'app' ? '' : ` (${actor.kind})`}${by === undefined ? '' : `, from ${by}`}`,
    ],
    ['What', what],
    ['Reason', reason],
    ['Why', whyWords(entry, why)],
    ['Answer', why?.answer === undefined ? undefined : `${why.answer.reason} (${formatTime(why.answer.at)})`],
    ['Grant', why?.answer?.grant ?? why?.grant],
    ['Run', run === undefined ? undefined : `${run}${step === undefined ? '' : `, step ${step}`}`],
    ['Back', wayBack(entry)],
  ];
  return lines.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text]]));
}

function whyWords({ actor, run, outcome }: AuditEntry, why: Why | undefined): string | undefined {
  if (why !== undefined) return `${why.reason}${why.rule === '' ? '' : ` Rule: ${ruleSaid(why.rule)}.`}`;
  if (outcome === 'denied') return undefined;
  if (actor.kind === 'person') return 'You did it yourself, so nobody was asked.';
  return actor.kind === 'app' && run === undefined ? 'Orrery did it by itself.' : undefined;
}

function wayBack(entry: AuditEntry): string | undefined {
  const cannot = textIn(entry, 'cannotUndo');
  if (cannot !== undefined) return `Cannot be undone: ${cannot}`;
  const change = textIn(entry, 'change');
  if (change !== undefined && entry.kind === 'change') return `orrery undo change ${change}`;
  const own = textIn(entry, 'wayBack');
  if (own !== undefined) return own;
  if (entry.outcome === 'denied') return 'There is nothing to undo: it was refused.';
  if (entry.kind === 'connection') return 'What was sent cannot be taken back.';
  return entry.kind === 'call' && entry.run !== undefined ? `What it changed: orrery undo show ${entry.run}` : undefined;
}
