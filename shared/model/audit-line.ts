// An entry of the audit log as the one text that waits, is passed between threads and is signed: the JSON list of what its row holds,
// but for number and key, which it gets when it is chained. A text and not the objects it was made of, because thousands wait at a
// time: what waits is moved about by the collector, and a text is moved at once.

import type { NewAuditEntry } from './audit.ts';

type Field = string | number | null;

/** In the order of the columns: at, kind, actor_kind, actor_id, actor_name, what, outcome, reason, run, step, conversation, details. */
export type AuditFields = readonly Field[];

/** `at` in milliseconds since 1970; a part of one is dropped. Details become a text of their own: reading and writing them again could change them. */
export function auditLine(entry: NewAuditEntry, at: number): string {
  const { kind, actor, what, outcome, reason, run, step, conversation, details } = entry;
  const fields: AuditFields = [
    Math.round(at),
    kind,
    actor.kind,
    actor.id ?? null,
    actor.name,
    what,
    outcome,
    reason,
    run ?? null,
    step ?? null,
    conversation ?? null,
    details === undefined ? null : JSON.stringify(details),
  ];
  return JSON.stringify(fields);
}

export const fieldsOfLine = (line: string): Field[] => JSON.parse(line) as Field[];

/** Undefined where the text cannot be read: verifying names it. */
export function readFields(line: string): Field[] | undefined {
  try {
    const fields: unknown = fieldsOfLine(line);
    return Array.isArray(fields) ? (fields as Field[]) : undefined;
  } catch {
    return undefined;
  }
}

/** As it was given, with its number; nothing is checked. Details that are no JSON any more are shown as they are. */
export function plainEntry(seq: number, fields: AuditFields): Record<string, unknown> {
  const [at, kind, actorKind, actorId, name, what, outcome, reason, run, step, conversation, details] = fields;
  const entry: Record<string, unknown> = {
    seq,
    at,
    kind,
    actor: { kind: actorKind, ...(actorId === null ? {} : { id: actorId }), name },
    what,
    outcome,
    reason,
  };
  if (run !== null) entry.run = run;
  if (step !== null) entry.step = step;
  if (conversation !== null) entry.conversation = conversation;
  if (typeof details === 'string') entry.details = detailsIn(details);
  return entry;
}

function detailsIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { damaged: text.slice(0, 200) }; // verifying names the row
  }
}
