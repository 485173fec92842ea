// The file of the audit log, audit.db: a database of its own, so that a thread of its own can write it without ever waiting for, or
// holding up, a commit of the journal. Opens it, makes it where there is none, and takes over entries that orrery.db carries: those of
// before there was such a file, and those in a backup. A file that cannot be read is moved aside whole; the gap it leaves is told.

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { lineColumns } from '../audit/rows.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import { pageColumns, pagesTable } from './audit-pages.ts';
import { applicationId } from './backup-files.ts';
import { openReadDb, openWriteDb, type ReadDb, type WriteDb } from './db.ts';
import { databaseDamaged, storageError } from './errors.ts';
import type { Health } from './health.ts';
import { sizeOf } from './inspect.ts';

export const auditFile = (folder: string): string => join(folder, 'audit.db');

/** Of this file, and not of orrery.db. In the first each entry was a row. */
const version = 2;
/** Larger ones are left to `orrery doctor`. */
const checkedBytes = 4 * 1024 * 1024;

const schema = `${pagesTable}
create table audit_head (
  id integer primary key check (id = 1), seq integer not null, mac text not null, key text not null, seal text not null
) strict;
create table audit_segments (
  first integer primary key not null, last integer not null, first_at integer not null, last_at integer not null,
  -- The hash before its first row and the one of its last.
  previous text not null, head text not null,
  file text not null, sealed_at integer not null, removed_at integer,
  key text not null, seal text not null
) strict;
create trigger audit_segment_no_delete before delete on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_segment_no_update before update of
  first, last, first_at, last_at, previous, head, file, sealed_at, key, seal on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
`;

const pageFences = `
create trigger audit_no_update before update on audit_pages begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_no_delete before delete on audit_pages
when not exists (select 1 from audit_segments where old.first between first and last) begin
  select raise(abort, 'the audit log is append-only');
end;
`;

/** With all their columns in one order, here and in orrery.db; what a backup carries, too. */
export const carriedTables = {
  audit_pages: pageColumns,
  audit_segments: 'first, last, first_at, last_at, previous, head, file, sealed_at, removed_at, key, seal',
  audit_head: 'id, seq, mac, key, seal',
} as const;

/** What in orrery.db is of the log itself: of before it had a file of its own or pages, too. */
const carriers = ['audit_entries', 'audit_pages', 'audit_segments'];

export interface AuditFile {
  read: ReadDb;
  write: WriteDb;
}
interface Place {
  folder: string;
  /** Of orrery.db. */
  main: { file: string; read: ReadDb; write: WriteDb };
  health: Health;
}

/** Throws AppErrors of the disk, and `database-newer`. */
export function openAuditFile({ folder, main, health }: Place): AuditFile {
  const file = auditFile(folder);
  try {
    make(file, main, health);
  } catch (error) {
    const known = storageError(error);
    if (known.code !== 'database-damaged') throw health.note(known);
    const aside = setAside(folder);
    make(file, main, health);
    health.show({
      id: 'audit-damaged',
      severity: 'error',
      message: 'The audit log could not be read, so it was put aside and goes on in a new file. Verifying it shows the gap.',
      hint: `The old file lies in ${aside}. \`orrery audit verify\` says from which entry on the log is whole.`,
    });
  }
  const write = openWriteDb(file, health);
  try {
    return { write, read: openReadDb(file, health) };
  } catch (error) {
    write.close();
    throw error;
  }
}

function make(file: string, main: Place['main'], health: Health): void {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = full');
    const found = db.pragma('user_version', { simple: true }) as number;
    if (found > version)
      throw new AppError('database-newer', 'The audit log was written by a newer Orrery.', {
        hint: 'Install the newest Orrery, or choose another data folder with ORRERY_DATA.',
      });
    if (found === version && sizeOf(file) <= checkedBytes) {
      const verdict = db.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok') throw databaseDamaged(String(verdict));
    }
    if (found < version)
      db.transaction(() => {
        // Whoever waited for another one that did it finds it done.
        const now = db.pragma('user_version', { simple: true }) as number;
        if (now >= version) return;
        if (now === 0) db.exec(schema);
        else intoPages(db);
        db.exec(pageFences);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${version}`);
      }).immediate();
    takeCarried(db, main, health);
  } finally {
    db.close();
  }
}

/** Each row that was an entry is a page of its own, under the hash that it has. */
function intoPages(db: Database.Database): void {
  for (const name of ['audit_no_update', 'audit_no_delete']) db.exec(`drop trigger if exists ${name}`);
  db.exec(pagesTable);
  addRows(db, 'main');
  db.exec('drop table audit_entries');
}

/** Numbers go from table to table: one that no entry can have, and that is not read as what it is, must not keep the rest from it. */
function addRows(db: Database.Database, from: 'main' | 'carrier'): void {
  db.function('line_of_row', { deterministic: true, varargs: true }, (...fields: unknown[]) => JSON.stringify(fields));
  db.exec(`insert into main.audit_pages (first, last, first_at, last_at, key, mac, lines)
    select seq, seq, at, at, key, mac, line_of_row(${lineColumns.join(', ')}) from ${from}.audit_entries order by seq`);
}

/** Into a log that holds nothing yet; one that is there is newer than what a restored backup carries, and stays as it is. */
function takeCarried(db: Database.Database, main: Place['main'], health: Health): void {
  const { n } = db
    .prepare('select (select count(*) from audit_segments) + exists (select 1 from audit_pages) + (select count(*) from audit_head) as n')
    .get() as { n: number };
  try {
    const carried = main.read
      .selectKept<{ n: number }>(`select ${carriers.map((table) => `exists (select 1 from ${table})`).join(' + ')} as n`)
      .get();
    if ((carried?.n ?? 0) === 0) return;
    if (n === 0) carryOver(db, main.file);
    // What is taken over is on disk by now. The head stays: it says in orrery.db, too, where the log ends.
    const clear = carriers.map((table) => main.write.changeMany(`delete from ${table}`));
    main.write.atomically(() => {
      for (const each of clear) each.run();
    });
  } catch (error) {
    // What is wrong with orrery.db is no fault of this file: the log goes on, and where entries are missing verifying shows the gap.
    if (health.note(error).code !== 'database-damaged') throw error;
  }
}

function carryOver(db: Database.Database, carrier: string): void {
  db.prepare('attach ? as carrier').run(carrier);
  try {
    db.transaction(() => {
      addRows(db, 'carrier');
      for (const [table, columns] of Object.entries(carriedTables))
        db.exec(`insert into main.${table} (${columns}) select ${columns} from carrier.${table}`);
    })();
  } finally {
    db.exec('detach carrier');
  }
}

/** Gives the folder it lies in now. */
function setAside(folder: string): string {
  const aside = join(folder, 'set-aside', `${new Date().toISOString().replace(/[:.]/g, '-')}-audit`);
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    for (const name of ['audit.db', 'audit.db-wal', 'audit.db-shm'])
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name));
    for (const changed of [aside, join(folder, 'set-aside'), folder]) syncFolderSync(changed);
    return aside;
  } catch (error) {
    throw storageError(error);
  }
}
