// Old entries, sealed: the oldest pages go into a packed file, their place in the chain stays as a row with the hashes before and after
// them. The file may go later, by age; the segment's row never does, so that the chain passes over it.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { fieldsOfLine } from '../../../shared/model/audit-line.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainPage, genesis, type SegmentRow, sealedParts, segmentSeal } from '../audit/chain.ts';
import { pageOfRow, readRow } from '../audit/rows.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import type { AuditDb } from './audit-db.ts';
import { linesIn, numbered, pageReader } from './audit-pages.ts';
import type { ReadDb } from './db.ts';
import { storageError } from './errors.ts';
import { syncPath } from './sync-path.ts';

export const segmentColumns = 'first, last, first_at, last_at, previous, head, file, sealed_at, removed_at, key, seal';
export const lastSegmentOf = (read: ReadDb): { get(): SegmentRow | undefined } =>
  read.selectKept<SegmentRow>(`select ${segmentColumns} from audit_segments order by last desc limit 1`);
/** So many live entries are kept in the database at most; sealed a tenth at a time. */
const defaultMax = 50_000;
/** Entries unpack to a few hundred bytes each; a file that says otherwise was not made by us. */
const maxSegmentBytes = 64 * 1024 * 1024;
/** So much text goes into one, but for a last page: at three bytes a letter, and with every quotation mark escaped, less than that. */
const maxSegmentChars = 8 * 1024 * 1024;

/** The first of these, as many as hold no more than that, but one at least. */
export function oldestOf(pages: Iterable<ChainPage>, entries: number, chars: number): ChainPage[] {
  const some: ChainPage[] = [];
  let held = 0;
  let text = 0;
  for (const page of pages) {
    held += linesIn(page).length;
    text += page.lines.length;
    if (some.length > 0 && (held > entries || text > chars)) break;
    some.push(page);
  }
  return some;
}

const sealedPage = z.object({
  first: z.number(),
  last: z.number(),
  first_at: z.number(),
  last_at: z.number(),
  lines: z.string(),
  key: z.string(),
  mac: z.string(),
});

/** Of one line of a segment; older ones hold rows. Throws ZodError or SyntaxError. */
function readPage(line: string): ChainPage {
  const found = sealedPage.safeParse(JSON.parse(line));
  if (found.success) return found.data;
  const row = readRow(line);
  return pageOfRow({ ...row, mac: z.string().parse(row.mac) });
}

export const segmentPath = (folder: string, file: string): string => join(folder, 'audit', file);

/** Undefined when it is not there or cannot be unpacked. Throws AppErrors of the disk. */
export async function readSegment(folder: string, file: string): Promise<ChainPage[] | undefined> {
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
      .map(readPage);
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

/** Up to which number sealed entries were removed, as one of these lines says; 0 when none says anything of it. */
export const removedThrough = (lines: readonly string[]): number =>
  lines.reduce((through, line) => (line.includes(removalName) ? Math.max(through, throughIn(line)) : through), 0);

function throughIn(line: string): number {
  try {
    const [, kind, actorKind, , , what, , , , , , details] = fieldsOfLine(line);
    if (kind !== 'change' || actorKind !== 'app' || what !== removalName || typeof details !== 'string') return 0;
    return z.object({ through: z.number() }).parse(JSON.parse(details)).through;
  } catch {
    return 0; // changed: the page's own check names it
  }
}

/** `tell` puts an entry into the chain before it returns. */
export function sealer({ read, write, keys, folder }: AuditDb, tell: (entry: NewAuditEntry) => void): AuditStore['seal'] {
  const count = read.selectKept<{ n: number | null }>(`select sum(last - first + 1) as n from audit_pages where ${numbered}`);
  const pages = pageReader(read);
  const lastSegment = lastSegmentOf(read);
  const old = read.selectKept<SegmentRow>(
    `select ${segmentColumns} from audit_segments where removed_at is null and last_at < ? order by first limit 100`,
  );
  const insert = write.change(`insert into audit_segments (${segmentColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)`);
  const clear = write.change('delete from audit_pages where first between ? and ?');
  const removed = write.change('update audit_segments set removed_at = ? where first = ?');

  function sealSome(some: ChainPage[]): void {
    const first = some[0] as ChainPage;
    const last = some.at(-1) as ChainPage;
    const before = lastSegment.get();
    const file = `segment-${String(first.first).padStart(10, '0')}-${String(last.last).padStart(10, '0')}.jsonl.gz`;
    const path = segmentPath(folder, file);
    try {
      mkdirSync(join(folder, 'audit'), { recursive: true, mode: 0o700 });
      const temporary = `${path}.tmp`;
      writeFileSync(temporary, gzipSync(some.map((page) => JSON.stringify(page)).join('\n')), { mode: 0o600 });
      syncPath(temporary);
      renameSync(temporary, path);
      syncFolderSync(join(folder, 'audit'));
    } catch (error) {
      throw storageError(error);
    }
    const key = keys.current();
    const segment = {
      first: first.first,
      last: last.last,
      first_at: first.first_at,
      last_at: last.last_at,
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
      const some = oldestOf(pages.after(0), batch, maxSegmentChars);
      if (some.length === 0) break;
      sealSome(some);
      for (const page of some) sealed += linesIn(page).length;
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
