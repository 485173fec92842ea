// The export: each row as it is chained, one JSON line each, sealed segments first. Who has the keys checks it by itself.

import { AppError } from '../../../shared/errors.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainKey, type ChainRow, chainColumns, entryMac, genesis, isSame, type SegmentRow } from '../audit/chain.ts';
import type { AuditDb } from './audit-db.ts';
import { readRow, readSegment, segmentColumns } from './audit-segments.ts';

export function exportReader({ read, folder }: AuditDb): AuditStore['exportRows'] {
  const rows = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries where seq > ? order by seq limit ?`);
  const segment = read.selectKept<SegmentRow>(
    `select ${segmentColumns} from audit_segments where last > ? and removed_at is null order by first limit 1`,
  );
  return async (after, limit) => {
    let found: ChainRow[] = [];
    // Sealed ones come before what is in the database. One that cannot be read leaves its gap, and hides none of those after it.
    for (let from = after; found.length === 0; ) {
      const sealed = segment.get(from);
      if (sealed === undefined) {
        found = rows.all(from, limit);
        break;
      }
      const kept = (await readSegment(folder, sealed.file)) ?? [];
      found = kept.filter((row) => row.seq > from).slice(0, limit);
      from = sealed.last;
    }
    return { lines: found.map((row) => JSON.stringify(row)), last: found.at(-1)?.seq ?? after };
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

/** Checks an export by itself. An export that does not begin at the beginning is checked from its second row on. */
export function checkExport(text: string, keys: readonly ChainKey[]): ExportVerdict {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const verdict: ExportVerdict = { rows: 0, first: 0, last: 0, unchecked: 0 };
  let previous: ChainRow | undefined;
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
    if (verdict.rows === 0) verdict.first = row.seq;
    verdict.rows += 1;
    verdict.last = row.seq;
    const fault = faultOf(row, previous, keys, verdict);
    if (fault !== undefined && verdict.broken === undefined) verdict.broken = { seq: row.seq, message: fault };
    previous = row;
  }
  return verdict;
}

function faultOf(row: ChainRow, previous: ChainRow | undefined, keys: readonly ChainKey[], verdict: ExportVerdict): string | undefined {
  if (previous !== undefined && row.seq !== previous.seq + 1)
    return row.seq > previous.seq ? `Entries ${previous.seq + 1} to ${row.seq - 1} are missing.` : `Entry ${row.seq} is out of order.`;
  const key = keys.find((each) => each.id === row.key);
  const before = previous?.mac ?? (row.seq === 1 ? genesis : undefined);
  if (key === undefined || before === undefined) {
    verdict.unchecked += 1;
    return undefined;
  }
  return isSame(entryMac(key, before, row), row.mac) ? undefined : `Entry ${row.seq}, or its place in the chain, was changed.`;
}
