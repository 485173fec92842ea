// The file of the audit log, audit.db: a database of its own, so that a thread of its own can write it without ever waiting for, or
// holding up, a commit of the journal. Opens it, makes it where there is none, and takes over entries that orrery.db carries: those of
// before there was such a file, and those in a backup. A file that cannot be read is moved aside whole; the gap it leaves is told.

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import { applicationId } from './backup-files.ts';
import { openReadDb, openWriteDb, type ReadDb, type WriteDb } from './db.ts';
import { databaseDamaged, storageError } from './errors.ts';
import type { Health } from './health.ts';
import { sizeOf } from './inspect.ts';

export const auditFile = (folder: string): string => join(folder, 'audit.db');

/** Of this file, and not of orrery.db. */
const version = 1;
/** Larger ones are left to `orrery doctor`. */
const checkedBytes = 4 * 1024 * 1024;

const schema = `
create table audit_entries (
  seq integer primary key not null, at integer not null, kind text not null,
  actor_kind text not null, actor_id text, actor_name text not null,
  what text not null, outcome text not null, reason text not null,
  run text, step text, conversation text, details text,
  -- Which key chained it, and HMAC-SHA-256 over this row and the one before.
  key text not null, mac text not null
) strict;
create index audit_by_time on audit_entries (at);
create index audit_by_kind on audit_entries (kind, seq);
create index audit_by_run on audit_entries (run, seq) where run is not null;
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
create trigger audit_no_update before update on audit_entries begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_no_delete before delete on audit_entries
when not exists (select 1 from audit_segments where old.seq between first and last) begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_segment_no_delete before delete on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_segment_no_update before update of
  first, last, first_at, last_at, previous, head, file, sealed_at, key, seal on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
`;

/** With all their columns in one order, here and in orrery.db; what a backup carries, too. */
export const carriedTables = {
  audit_entries: 'seq, at, kind, actor_kind, actor_id, actor_name, what, outcome, reason, run, step, conversation, details, key, mac',
  audit_segments: 'first, last, first_at, last_at, previous, head, file, sealed_at, removed_at, key, seal',
  audit_head: 'id, seq, mac, key, seal',
} as const;

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
        db.exec(schema);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${version}`);
      })();
    takeCarried(db, main, health);
  } finally {
    db.close();
  }
}

/** Into a log that holds nothing yet; one that is there is newer than what a restored backup carries, and stays as it is. */
function takeCarried(db: Database.Database, main: Place['main'], health: Health): void {
  const { n } = db
    .prepare('select (select count(*) from audit_segments) + exists (select 1 from audit_entries) + (select count(*) from audit_head) as n')
    .get() as { n: number };
  try {
    const carried = main.read
      .selectKept<{ n: number }>('select exists (select 1 from audit_entries) + exists (select 1 from audit_segments) as n')
      .get();
    if ((carried?.n ?? 0) === 0) return;
    if (n === 0) carryOver(db, main.file);
    // What is taken over is on disk by now. The head stays: it says in orrery.db, too, where the log ends.
    const clear = [main.write.changeMany('delete from audit_entries'), main.write.changeMany('delete from audit_segments')];
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
