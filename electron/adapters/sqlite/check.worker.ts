// Checks the files of a data folder off the main thread, on connections of its own, a table at a time: so that it can be ended between two
// of them, and what was found until then is known. Reads only.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { auditFile } from './audit-file.ts';
import type { CheckNews, CheckRequest } from './check.ts';
import { storageError } from './errors.ts';

const { folder, stop } = workerData as CheckRequest;
const isStopped = (): boolean => Atomics.load(stop, 0) === 1;
const tell = (news: CheckNews): void => parentPort?.postMessage(news);
const most = 20;

interface Part {
  of: number;
  check(): string[];
}

function partsOf(file: string, name: string): { db: Database.Database; parts: Part[] } {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  const tables = db.prepare<[], { name: string }>("select name from sqlite_schema where type = 'table' and rootpage > 0").all();
  // A row that refers to something that is gone.
  const keys = (): string[] =>
    (db.pragma('foreign_key_check') as { table: string }[]).map(
      ({ table }) => `${name}: a row of ${table} refers to something that is gone`,
    );
  const table = (each: string): Part => ({
    of: 1,
    check: () =>
      (db.pragma(`integrity_check("${each.replaceAll('"', '""')}")`) as { integrity_check: string }[])
        .map((row) => row.integrity_check)
        .filter((text) => text !== 'ok')
        .map((text) => `${name}: ${text}`),
  });
  return { db, parts: [...tables.map((each) => table(each.name)), { of: 1, check: keys }] };
}

const files = [
  { file: join(folder, 'orrery.db'), name: 'orrery.db' },
  { file: auditFile(folder), name: 'audit.db' },
].filter(({ file }) => existsSync(file));
const opened: { db: Database.Database; parts: Part[] }[] = [];
for (const { file, name } of files)
  try {
    opened.push(partsOf(file, name));
  } catch (error) {
    tell({ kind: 'problems', problems: [`${name}: ${storageError(error).message}`] });
  }
const parts = opened.flatMap((each) => each.parts);
tell({ kind: 'begun', of: parts.length });
for (const part of parts) {
  if (isStopped()) break;
  try {
    tell({ kind: 'checked', problems: part.check().slice(0, most) });
  } catch (error) {
    tell({ kind: 'checked', problems: [storageError(error).message] });
  }
}
for (const { db } of opened) db.close();
tell({ kind: 'end' });
