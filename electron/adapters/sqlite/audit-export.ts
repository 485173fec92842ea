// The export: each entry as a row, one JSON line each, sealed segments first; the hash of a page stands in the row of its last entry. Who
// has the keys checks it by itself.

import { AppError } from '../../../shared/errors.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainKey, type ChainPage, genesis, isSame, pageMac, type SegmentRow } from '../audit/chain.ts';
import { type ChainRow, lineOfRow, readRow, rowsOfPage } from '../audit/rows.ts';
import type { AuditDb } from './audit-db.ts';
import { pageReader } from './audit-pages.ts';
import { readSegment, segmentColumns } from './audit-segments.ts';

export function exportReader({ read, folder }: Pick<AuditDb, 'read' | 'folder'>): AuditStore['exportRows'] {
  const pages = pageReader(read);
  const segment = read.selectKept<SegmentRow>(
    `select ${segmentColumns} from audit_segments where last > ? and removed_at is null order by first limit 1`,
  );
  /** So many rows of those after this number. */
  const some = (held: Iterable<ChainPage>, after: number, limit: number) => {
    const found: { seq: number; text: string }[] = [];
    for (const page of held) {
      for (const row of rowsOfPage(page)) if (row.seq > after) found.push(row);
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  };
  return async (after, limit) => {
    let found: { seq: number; text: string }[] = [];
    // Sealed ones come before what is in the database. One that cannot be read leaves its gap, and hides none of those after it.
    for (let from = after; found.length === 0; ) {
      const sealed = segment.get(from);
      if (sealed === undefined) {
        found = some(pages.after(from), from, limit);
        break;
      }
      found = some((await readSegment(folder, sealed.file)) ?? [], from, limit);
      from = sealed.last;
    }
    return { lines: found.map((row) => row.text), last: found.at(-1)?.seq ?? after };
  };
}

export interface ExportVerdict {
  rows: number;
  first: number;
  last: number;
  /** Rows whose key is not among those given. */
  unchecked: number;
  broken?: { seq: number; message: string };
}

/** Checks an export by itself. One that does not begin at the beginning is checked from its second page on. */
export function checkExport(text: string, keys: readonly ChainKey[]): ExportVerdict {
  const verdict: ExportVerdict = { rows: 0, first: 0, last: 0, unchecked: 0 };
  const fault = (seq: number, message: string): void => {
    verdict.broken ??= { seq, message };
  };
  /** Rows of a page whose last one is still to come. */
  let open: ChainRow[] = [];
  let before: string | undefined;
  for (const row of rowsIn(text)) {
    if (verdict.rows === 0) {
      verdict.first = row.seq;
      if (row.seq === 1) before = genesis;
    } else if (row.seq !== verdict.last + 1)
      fault(
        row.seq,
        row.seq > verdict.last ? `Entries ${verdict.last + 1} to ${row.seq - 1} are missing.` : `Entry ${row.seq} is out of order.`,
      );
    verdict.rows += 1;
    verdict.last = row.seq;
    open.push(row);
    if (row.mac === null) continue;
    const first = open[0] as ChainRow;
    const key = keys.find((each) => each.id === row.key);
    if (open.some((each) => each.key !== row.key)) fault(first.seq, changedMessage(first.seq, row.seq));
    if (key === undefined || before === undefined) verdict.unchecked += open.length;
    else if (!isSame(pageMac(key, before, { first: first.seq, lines: open.map(lineOfRow).join('\n') }), row.mac))
      fault(first.seq, changedMessage(first.seq, row.seq));
    before = row.mac;
    open = [];
  }
  // What says that they are whole was cut off.
  if (open.length > 0)
    fault(open[0]?.seq ?? 0, `The file ends in the middle of what was written together: ${named(open[0]?.seq ?? 0, verdict.last)}.`);
  return verdict;
}

const named = (first: number, last: number): string => (first === last ? `entry ${first}` : `entries ${first} to ${last}`);

/** What is said of a page that does not fit its hash. */
export const changedMessage = (first: number, last: number): string =>
  first === last
    ? `Entry ${first}, or its place in the chain, was changed.`
    : `One of the entries ${first} to ${last}, which were written together, or their place in the chain, was changed.`;

function* rowsIn(text: string): Generator<ChainRow> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const [index, line] of lines.entries()) {
    let row: ChainRow;
    try {
      row = readRow(line);
    } catch (error) {
      if (index === 0 && line.includes('"orrery-audit"')) continue;
      throw new AppError('audit-export-unreadable', `Line ${index + 1} is not a row of the audit log.`, {
        hint: 'Give the file that `orrery audit export --format jsonl` wrote.',
        cause: error,
      });
    }
    yield row;
  }
}
