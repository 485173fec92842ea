// Which entries a filter of the log asks for. A page is passed over by SQLite where a word that all of them hold is not in it; the rest is
// decided here, entry by entry. Pure.

import type { AuditFilter } from '../../../shared/model/audit.ts';
import type { AuditFields } from '../../../shared/model/audit-line.ts';
import type { SqlValue } from './db.ts';
import { likeText } from './rows.ts';

const mostWords = 8;
const wordsOf = ({ text }: AuditFilter): string[] =>
  (text ?? '')
    .split(/\s+/)
    .filter((each) => each !== '')
    .slice(0, mostWords);

/** Stands in the text of an entry as it is: letters that JSON writes otherwise, and those whose case SQLite does not know, do not. */
const isPlain = (word: string): boolean => /^[\x20-\x7e]+$/.test(word) && !/["\\]/.test(word);

/** Of each of these lists the text of an entry holds one, or it is not asked for. */
function needlesOf({ kind, outcome, actor, run, step, server, change, grant }: AuditFilter): string[][] {
  const fields = [kind, outcome, actor, run === undefined ? [] : [run], step === undefined ? [] : [step]];
  const named = [server, change, grant].filter((name) => name !== undefined && isPlain(name)) as string[];
  return [
    ...fields
      .filter((values) => values !== undefined && values.length > 0)
      .map((values) => (values as string[]).map((value) => JSON.stringify(value))),
    ...named.map((name) => [name]),
  ];
}

/** What a page must hold to have any of them. */
export function pagesWith(filter: AuditFilter): { sql: string; params: SqlValue[] } | undefined {
  const { since, until } = filter;
  const where: string[] = [];
  const params: SqlValue[] = [];
  const add = (sql: string, ...given: SqlValue[]): void => {
    where.push(sql);
    params.push(...given);
  };
  if (since !== undefined) add('last_at >= ?', Math.round(since));
  if (until !== undefined) add('first_at < ?', Math.round(until));
  for (const needles of needlesOf(filter)) add(`(${needles.map(() => 'instr(lines, ?) > 0').join(' or ')})`, ...needles);
  for (const word of wordsOf(filter)) if (isPlain(word)) add("lines like ? escape '\\'", likeText(word));
  return where.length === 0 ? undefined : { sql: where.join(' and '), params };
}

/** Whether an entry can be one of them, by its text: reading it costs more. */
export function linesWith(filter: AuditFilter): (line: string) => boolean {
  const lists = needlesOf(filter);
  return (line) => lists.every((needles) => needles.some((needle) => line.includes(needle)));
}

const callKinds: ReadonlySet<unknown> = new Set(['call', 'decision', 'answer']);
const changeKinds: ReadonlySet<unknown> = new Set(['change', 'undo']);

export function matcherOf(filter: AuditFilter): (fields: AuditFields) => boolean {
  const { kind, outcome, actor, server, run, step, change, grant, since, until } = filter;
  const words = wordsOf(filter).map((word) => word.toLowerCase());
  const oneOf = (values: readonly string[] | undefined, value: unknown) =>
    values === undefined || values.length === 0 || values.includes(String(value));
  return (fields) => {
    const [at, ofKind, actorKind, actorId, actorName, what, ofOutcome, reason, ofRun, ofStep, , details] = fields;
    if (!oneOf(kind, ofKind) || !oneOf(outcome, ofOutcome) || !oneOf(actor, actorKind)) return false;
    if (since !== undefined && Number(at) < Math.round(since)) return false;
    if (until !== undefined && Number(at) >= Math.round(until)) return false;
    if (run !== undefined && ofRun !== run) return false;
    if (step !== undefined && ofStep !== step) return false;
    const text = (value: unknown) => String(value ?? '');
    const holds = (name: string, value: string) => detailOf(details, name) === value;
    if (server !== undefined) {
      const isIts = actorKind === 'server' && actorId === server;
      if (!isIts && !(callKinds.has(ofKind) && text(what).startsWith(`${server}.`)) && !holds('server', server)) return false;
    }
    if (change !== undefined && !(changeKinds.has(ofKind) && holds('change', change))) return false;
    if (grant !== undefined) {
      const isOfIt = changeKinds.has(ofKind) && what === `grant:${grant}`;
      if (!isOfIt && !(callKinds.has(ofKind) && holds('grant', grant))) return false;
    }
    if (words.length === 0) return true;
    const said = [what, reason, actorName].map((each) => text(each).toLowerCase());
    return words.every((word) => said.some((each) => each.includes(word)));
  };
}

/** Of the text of its details; undefined where they are none, or damaged. */
function detailOf(details: unknown, name: string): unknown {
  // Looking into the text costs less than reading it, and most hold no such name.
  if (typeof details !== 'string' || !details.includes(`"${name}":`)) return undefined;
  try {
    return (JSON.parse(details) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
