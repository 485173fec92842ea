// An entry as a row of its own, which is how the log is exported, how it was stored before entries of one commit were one page, and how
// old segments hold it.

import { z } from 'zod';
import { readFields } from '../../../shared/model/audit-line.ts';
import type { ChainPage } from './chain.ts';

const storedRow = z.object({
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  actor_kind: z.string(),
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  what: z.string(),
  outcome: z.string(),
  reason: z.string(),
  run: z.string().nullable(),
  step: z.string().nullable(),
  conversation: z.string().nullable(),
  details: z.string().nullable(),
  key: z.string(),
  /** Of the page, at its last entry; null at those before it. */
  mac: z.string().nullable(),
});
export type ChainRow = z.infer<typeof storedRow>;

export const chainColumns =
  'seq, at, kind, actor_kind, actor_id, actor_name, what, outcome, reason, run, step, conversation, details, key, mac';
/** In the order of what a line holds. */
export const lineColumns = chainColumns.split(', ').slice(1, -2) as (keyof ChainRow)[];

/** Of one line of an export. Throws ZodError or SyntaxError. */
export const readRow = (text: string): ChainRow => storedRow.parse(JSON.parse(text));

/** The text of `auditLine` that it was. */
export const lineOfRow = (row: ChainRow): string => JSON.stringify(lineColumns.map((column) => row[column]));

/** A row that holds a hash of its own is a page of one entry under that hash. */
export const pageOfRow = (row: ChainRow & { mac: string }): ChainPage => ({
  first: row.seq,
  last: row.seq,
  first_at: row.at,
  last_at: row.at,
  lines: lineOfRow(row),
  key: row.key,
  mac: row.mac,
});

/** Its entries as texts of rows, with their numbers. A line that cannot be read is given as it is: who checks it finds that. */
export function rowsOfPage({ first, key, mac, lines }: ChainPage): { seq: number; text: string }[] {
  const all = lines.split('\n');
  return all.map((line, at) => {
    const row: Record<string, unknown> = { seq: first + at };
    const fields = readFields(line) ?? [];
    for (const [place, column] of lineColumns.entries()) row[column] = fields[place] ?? null;
    return { seq: first + at, text: JSON.stringify({ ...row, key, mac: at === all.length - 1 ? mac : null }) };
  });
}
