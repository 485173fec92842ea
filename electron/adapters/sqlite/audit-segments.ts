// Old entries, sealed: the oldest rows go into a packed file, their place in the chain stays as a row with the hashes before and after
// them. The file may go later, by age; the segment's row never does, so that the chain passes over it.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainRow, chainColumns, genesis, type SegmentRow, sealedParts, segmentSeal } from '../audit/chain.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import type { AuditDb } from './audit-db.ts';
import type { ReadDb } from './db.ts';
import { storageError } from './errors.ts';
import { syncPath } from './sync-path.ts';

export const segmentColumns = 'first, last, first_at, last_at, previous, head, file, sealed_at, removed_at, key, seal';
export const lastSegmentOf = (read: ReadDb): { get(): SegmentRow | undefined } =>
  read.selectKept<SegmentRow>(`select ${segmentColumns} from audit_segments order by last desc limit 1`);
/** So many live entries are kept in the database at most; sealed a tenth at a time. */
const defaultMax = 50_000;
/** Rows unpack to a few hundred bytes each; a file that says otherwise was not made by us. */
const maxSegmentBytes = 64 * 1024 * 1024;

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
  mac: z.string(),
});

/** Of one line of a segment or an export. Throws ZodError or SyntaxError. */
export const readRow = (line: string): ChainRow => storedRow.parse(JSON.parse(line));

export const segmentPath = (folder: string, file: string): string => join(folder, 'audit', file);

/** Undefined when it is not there or cannot be unpacked. Throws AppErrors of the disk. */
export async function readSegment(folder: string, file: string): Promise<ChainRow[] | undefined> {
  // The name comes from the database, which may have been changed: it stays inside its folder.
  if (!/^[\w-]+\.jsonl\.gz$/.test(file)) return undefined;
  let packed: Buffer;
  try {
    packed = await readFile(segmentPath(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(error);
  }
  try {
    return gunzipSync(packed, { maxOutputLength: maxSegmentBytes })
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(readRow);
  } catch {
    return undefined; // changed or damaged: who asks names the segment
  }
}

/** An entry of this name, chained like any other, stands before each removal: a file that went without one was taken away. */
export const removalName = 'audit:removed';

export const removalOf = (through: number): NewAuditEntry => ({
  kind: 'change',
  actor: { kind: 'app', name: 'Orrery' },
  what: removalName,
  outcome: 'done',
  reason: `Sealed entries up to ${through} are removed: they are older than the settings keep them.`,
  details: { through },
});

/** Up to which number sealed entries were removed, as this row says; 0 when it says nothing of it. */
export function removedThrough({ kind, actor_kind, what, details }: Pick<ChainRow, 'kind' | 'actor_kind' | 'what' | 'details'>): number {
  if (kind !== 'change' || actor_kind !== 'app' || what !== removalName || details === null) return 0;
  try {
    return z.object({ through: z.number() }).parse(JSON.parse(details)).through;
  } catch {
    return 0; // changed: the row's own check names it
  }
}

/** `tell` puts an entry into the chain before it returns. */
export function sealer({ read, write, keys, folder }: AuditDb, tell: (entry: NewAuditEntry) => void): AuditStore['seal'] {
  const count = read.selectKept<{ n: number }>('select count(*) as n from audit_entries');
  const oldest = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries order by seq limit ?`);
  const lastSegment = lastSegmentOf(read);
  const old = read.selectKept<SegmentRow>(
    `select ${segmentColumns} from audit_segments where removed_at is null and last_at < ? order by first limit 100`,
  );
  const insert = write.change(`insert into audit_segments (${segmentColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)`);
  const clear = write.change('delete from audit_entries where seq between ? and ?');
  const removed = write.change('update audit_segments set removed_at = ? where first = ?');

  function sealSome(rows: ChainRow[]): void {
    const first = rows[0] as ChainRow;
    const last = rows.at(-1) as ChainRow;
    const before = lastSegment.get();
    const file = `segment-${String(first.seq).padStart(10, '0')}-${String(last.seq).padStart(10, '0')}.jsonl.gz`;
    const path = segmentPath(folder, file);
    try {
      mkdirSync(join(folder, 'audit'), { recursive: true, mode: 0o700 });
      const temporary = `${path}.tmp`;
      writeFileSync(temporary, gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')), { mode: 0o600 });
      syncPath(temporary);
      renameSync(temporary, path);
      syncFolderSync(join(folder, 'audit'));
    } catch (error) {
      throw storageError(error);
    }
    const key = keys.current();
    const segment = {
      first: first.seq,
      last: last.seq,
      first_at: first.at,
      last_at: last.at,
      previous: before?.head ?? genesis,
      head: last.mac,
      file,
      sealed_at: Date.now(),
      key: key.id,
    };
    write.atomically(() => {
      insert.run(...sealedParts(segment), segmentSeal(key, segment));
      clear.run(segment.first, segment.last);
    });
  }

  return async ({ maxEntries = defaultMax, removeBefore }) => {
    let sealed = 0;
    let gone = 0;
    const batch = Math.max(1, Math.floor(maxEntries / 10));
    while ((count.get()?.n ?? 0) > maxEntries) {
      const rows = oldest.all(batch);
      if (rows.length === 0) break;
      sealSome(rows);
      sealed += rows.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const tooOld = removeBefore === undefined ? [] : old.all(Math.round(removeBefore));
    const through = tooOld.at(-1)?.last;
    if (through !== undefined) {
      tell(removalOf(through));
      for (const segment of tooOld) {
        if (/^[\w-]+\.jsonl\.gz$/.test(segment.file)) rmSync(segmentPath(folder, segment.file), { force: true });
        removed.run(Date.now(), segment.first);
        gone += 1;
      }
    }
    return { sealed, removed: gone };
  };
}
