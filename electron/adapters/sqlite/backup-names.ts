// Which large outputs the kept backups name: those stay, so that a backup that is put back finds them.

import Database from 'better-sqlite3';
import { listBackups } from './backup-files.ts';

/** A backup that cannot be read is no reason to remove anything: then everything counts as named. */
export function openBackupNames(folder: string): { isNamed(hash: string): boolean; close(): void } {
  const asks: { db: Database.Database; isNamed: ((hash: string) => boolean) | undefined }[] = [];
  let isAnyUnreadable = false;
  for (const { file } of listBackups(folder)) {
    try {
      const db = new Database(file, { fileMustExist: true });
      asks.push({ db, isNamed: askOf(db) });
    } catch {
      isAnyUnreadable = true;
    }
  }
  return {
    isNamed(hash) {
      if (isAnyUnreadable) return true;
      try {
        return asks.some(({ isNamed }) => isNamed?.(hash) === true);
      } catch {
        isAnyUnreadable = true; // damaged in the middle
        return true;
      }
    },
    close() {
      for (const { db } of asks) db.close();
    },
  };
}

/** Undefined for a backup from before large outputs were kept apart. */
function askOf(db: Database.Database): ((hash: string) => boolean) | undefined {
  const tables = ['large_uses', 'change_images'].filter(
    (table) => db.prepare('select 1 from sqlite_schema where name = ?').get(table) !== undefined,
  );
  if (tables.length === 0) return undefined;
  const used = tables.map((table) => db.prepare(`select 1 from ${table} where hash = ? limit 1`));
  return (hash) => used.some((each) => each.get(hash) !== undefined);
}
