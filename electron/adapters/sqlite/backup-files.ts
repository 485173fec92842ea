// The files of the backups folder: which there are, whether one is good, which are kept.

import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RunId } from '../../../shared/model/ids.ts';
import { checksumOf, runSpan } from './journal-packs.ts';
import { migrations } from './migrations.generated.ts';

/** Says that a file is ours: "Orry". */
export const applicationId = 0x4f727279;
const newestKept = 5;
const weeksKept = 4;
const weekMs = 7 * 24 * 60 * 60 * 1000;
const namePattern = /^orrery-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-v(\d+)\.db$/;

export interface BackupFile {
  /** Absolute. */
  file: string;
  name: string;
  /** When it was made, in milliseconds since 1970. */
  at: number;
  bytes: number;
}

export const backupsFolder = (folder: string): string => join(folder, 'backups');

export const backupName = (at: number, version: number): string =>
  `orrery-${new Date(at).toISOString().replace(/[:.]/g, '-')}-v${version}.db`;

/** Newest first. */
export function listBackups(folder: string): BackupFile[] {
  const backups = backupsFolder(folder);
  if (statSync(backups, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(backups)
    .filter((name) => /^orrery-.*\.db$/.test(name))
    .flatMap((name): BackupFile[] => {
      const file = join(backups, name);
      const facts = statSync(file, { throwIfNoEntry: false });
      return facts?.isFile() === true ? [{ file, name, at: timeOf(name) ?? facts.mtimeMs, bytes: facts.size }] : [];
    })
    .sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
}

function timeOf(name: string): number | undefined {
  const [, hour, minutes, seconds, rest] = namePattern.exec(name) ?? [];
  const at = Date.parse(`${hour}:${minutes}:${seconds}.${rest}`);
  return Number.isNaN(at) ? undefined : at;
}

/** All of ours but the newest five, and of what is older the newest of each of four weeks. Copies under other names stay. */
export function pruneBackups(folder: string): void {
  const weeks = new Set<number>();
  const ours = listBackups(folder).filter(({ name }) => namePattern.test(name));
  for (const { file, at } of ours.slice(newestKept)) {
    const week = Math.floor(at / weekMs);
    if (!weeks.has(week) && weeks.size < weeksKept) weeks.add(week);
    else rmSync(file, { force: true });
  }
}

/** Why a file is not a good database of ours, in words; undefined when it is. Reads all of it: about 5 ms for each MB. */
export function problemOf(file: string): string | undefined {
  let db: Database.Database | undefined;
  try {
    // SQLite would take an empty file for an empty database.
    if (headerOf(file) !== 'SQLite format 3\0') return 'its first bytes are not those of a database';
    db = new Database(file, { fileMustExist: true });
    if (db.pragma('application_id', { simple: true }) !== applicationId) return 'it is not a database of Orrery';
    const version = db.pragma('user_version', { simple: true }) as number;
    if (!migrations.some((step) => step.version === version)) return `it is of version ${version}, which this Orrery does not know`;
    const verdict = db.pragma('integrity_check(1)', { simple: true });
    if (verdict !== 'ok') return String(verdict);
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0) return 'a row refers to something that is gone';
    return wrongChecksum(db);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    db?.close();
  }
}

/** A sample of the journal: the newest rows, and the first ones of runs all over it. SQLite's own check does not look inside rows. */
function wrongChecksum(db: Database.Database): string | undefined {
  const columns = `j.id as id, j.crc as crc, j.event as event, r.id as run from journal j join runs r on r.number = j.id / ${runSpan}`;
  const newest = db.prepare<[], SampleRow>(`select ${columns} order by j.id desc limit 500`);
  const first = db.prepare<[number, number], SampleRow>(`select ${columns} where j.id > ? and j.id < ? order by j.id limit 10`);
  const last = (db.prepare('select max(number) as n from runs').get() as { n: number | null }).n ?? 0;
  const rows = newest.all();
  for (let i = 0; i < 100 && i < last; i += 1) {
    const number = 1 + Math.floor((i * last) / Math.min(100, last));
    rows.push(...first.all(number * runSpan, (number + 1) * runSpan));
  }
  const wrong = rows.find(({ id, crc, event, run }) => checksumOf(run, id % runSpan, event) !== crc);
  return wrong === undefined ? undefined : `the journal of run ${wrong.run} is damaged at row ${wrong.id % runSpan}`;
}
interface SampleRow {
  id: number;
  crc: number;
  event: string;
  run: RunId;
}

function headerOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(16);
    return bytes.toString('latin1', 0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}

/** Each is checked until one is found. */
export const newestGoodBackup = (folder: string): BackupFile | undefined =>
  listBackups(folder).find(({ file }) => problemOf(file) === undefined);
