import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { backupName, pruneBackups } from './backup-files.ts';
import { isBackupDue, listBackups, makeBackup, problemOf, restoreBackup } from './backups.ts';
import { openStore } from './open.ts';
import { prepareDatabase } from './prepare.ts';
import { countEvents, newRun, stepDone, withFolder, withStore } from './test-support.ts';

const r = 'r' as RunId;
const dayMs = 86_400_000;
const refusal = (folder: string): { code: string; hint: string } => {
  try {
    openStore({ folder });
  } catch (error) {
    return error as { code: string; hint: string };
  }
  throw new Error('It was opened.');
};

async function withBackup(folder: string): Promise<string> {
  const opened = openStore({ folder });
  opened.store.runs.create(newRun('r'));
  await opened.store.runs.append(r, stepDone('a')).durable;
  const { name } = await makeBackup(folder);
  await opened.close();
  return name;
}

test('a backup made while the store is written to is one moment of it, checked, and one file', () =>
  withStore(async ({ store }, folder) => {
    store.runs.create(newRun('r'));
    for (let i = 0; i < 500; i += 1) void store.runs.append(r, stepDone(`s${i}`));
    await store.runs.flush();
    const making = makeBackup(folder);
    for (let i = 0; i < 200; i += 1) await store.runs.append(r, stepDone(`later${i}`)).durable;
    const made = await making;
    expect(listBackups(folder)).toEqual([made]);
    expect(readdirSync(join(folder, 'backups'))).toEqual([made.name]);
    expect(problemOf(made.file)).toBeUndefined();
    const db = new Database(made.file, { readonly: true });
    const { n } = db.prepare(countEvents).get() as { n: number };
    db.close();
    expect(n).toBeGreaterThanOrEqual(501);
    expect(Math.abs(made.at - Date.now())).toBeLessThan(60_000);
  }));

test('what SQLite does not see is seen: a changed journal row makes a backup bad, and none is made of such a database', () =>
  withFolder(async (folder) => {
    const name = await withBackup(folder);
    const file = join(folder, 'orrery.db');
    const db = new Database(file);
    db.exec(`update journal set event = replace(event, '"a"', '"b"')`);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    expect(problemOf(file)).toMatch(/journal of run r is damaged at row 2/);
    await expect(makeBackup(folder)).rejects.toMatchObject({ code: 'backup-failed' });
    expect(listBackups(folder).map((each) => each.name)).toEqual([name]);
  }));

test('a damaged database is refused with the newest good backup and the command; the command’s work brings it back', () =>
  withFolder(async (folder) => {
    const good = await withBackup(folder);
    const bad = join(folder, 'backups', backupName(Date.now() + 5000, 20));
    writeFileSync(bad, 'SQLite format 3\0 but not really');
    const file = join(folder, 'orrery.db');
    truncateSync(file, 5000);
    const damaged = readFileSync(file);
    const { code, hint } = refusal(folder);
    expect(code).toBe('database-damaged');
    expect(hint).toContain(`orrery backups restore ${good} --data ${folder}`);
    expect(readFileSync(file)).toEqual(damaged);

    expect(() => restoreBackup(folder, bad, 0)).toThrow(expect.objectContaining({ code: 'backup-damaged' }));
    expect(() => restoreBackup(folder, 'no-such.db', 0)).toThrow(expect.objectContaining({ code: 'backup-not-found' }));
    expect(readFileSync(file)).toEqual(damaged);
    const { movedTo } = restoreBackup(folder, good, Date.UTC(2026, 0, 2));
    expect(readFileSync(join(movedTo ?? '', 'orrery.db'))).toEqual(damaged);
    const opened = openStore({ folder });
    expect(opened.store.runs.readEvents(r)).toHaveLength(2);
    await opened.close();
  }));

test('without a good backup it says so, and nothing is put in its place', () =>
  withFolder(async (folder) => {
    rmSync(join(folder, 'backups', await withBackup(folder)));
    writeFileSync(join(folder, 'orrery.db'), 'nothing of use');
    expect(refusal(folder)).toMatchObject({ code: 'database-damaged', hint: expect.stringContaining('no good backup') });
    expect(readFileSync(join(folder, 'orrery.db'), 'utf8')).toBe('nothing of use');
  }));

test('a missing database is not made anew while there are backups', () =>
  withFolder(async (folder) => {
    const name = await withBackup(folder);
    rmSync(join(folder, 'orrery.db'));
    expect(refusal(folder)).toMatchObject({ code: 'database-missing', hint: expect.stringContaining(`orrery backups restore ${name}`) });
    expect(existsSync(join(folder, 'orrery.db'))).toBe(false);
    expect(restoreBackup(folder, name, 0).movedTo).toBeUndefined();
    await openStore({ folder }).close();
  }));

test('a log that was taken away after a crash is told of', () =>
  withFolder(async (folder) => {
    await withBackup(folder);
    writeFileSync(join(folder, 'orrery.db-open'), '');
    const opened = openStore({ folder });
    const told: string[][] = [];
    opened.store.onBanner((banners) => told.push(banners.map((banner) => banner.id)));
    expect(told).toEqual([['database-log-missing']]);
    await opened.close();
    expect(existsSync(join(folder, 'orrery.db-open'))).toBe(false);
  }));

test('a start that failed after a crash takes no log away, and hides none that was', () =>
  withFolder(async (folder) => {
    const told = async (): Promise<string[]> => {
      const opened = openStore({ folder });
      let ids: string[] = [];
      opened.store.onBanner((banners) => {
        ids = banners.map((banner) => banner.id);
      });
      await opened.close();
      return ids;
    };
    const crashed = openStore({ folder });
    crashed.store.settings.put({ ...defaultSettings, theme: 'dark' });
    const kept = `${folder}-kept`;
    cpSync(folder, kept, { recursive: true });
    await crashed.close();
    try {
      // Its port was taken, for instance: the log is played in and gone, as when a host is closed.
      expect(existsSync(join(kept, 'orrery.db-wal'))).toBe(true);
      prepareDatabase({ folder: kept }).close();
      const opened = openStore({ folder: kept });
      opened.store.onBanner((banners) => expect(banners).toEqual([]));
      await opened.close();
    } finally {
      rmSync(kept, { recursive: true, force: true });
    }
    writeFileSync(join(folder, 'orrery.db-open'), '');
    prepareDatabase({ folder }).close();
    expect(await told()).toEqual(['database-log-missing']);
    expect(await told()).toEqual([]);
  }));

test('one is due when the newest is older than a day, or the database is and there is none', () =>
  withFolder(async (folder) => {
    const now = Date.now();
    expect(isBackupDue(folder, now)).toBe(false);
    const name = await withBackup(folder);
    expect(isBackupDue(folder, now + dayMs / 2)).toBe(false);
    expect(isBackupDue(folder, now + dayMs * 1.1)).toBe(true);
    rmSync(join(folder, 'backups', name));
    expect(isBackupDue(folder, now + 1000)).toBe(false);
    expect(isBackupDue(folder, now + dayMs * 1.1)).toBe(true);
  }));

test('five newest are kept, and one of each of the four weeks before them', () =>
  withFolder((folder) => {
    mkdirSync(join(folder, 'backups'));
    const now = Date.UTC(2026, 10, 21, 12);
    for (let day = 0; day < 80; day += 1) writeFileSync(join(folder, 'backups', backupName(now - day * dayMs, 20)), '');
    pruneBackups(folder);
    const days = listBackups(folder).map(({ at }) => (now - at) / dayMs);
    expect(days.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(days).toHaveLength(9);
    const weeks = days.slice(5).map((day) => Math.floor((now - day * dayMs) / (7 * dayMs)));
    expect(new Set(weeks).size).toBe(4);
    expect(Math.max(...days)).toBeLessThan(36);
    writeFileSync(join(folder, 'backups', 'orrery-my-own.db'), '');
    utimesSync(join(folder, 'backups', 'orrery-my-own.db'), 1, 1);
    pruneBackups(folder);
    expect(listBackups(folder).map((each) => each.name)).toContain('orrery-my-own.db');
  }));

test('a file without a time in its name counts by its date', () =>
  withFolder((folder) => {
    mkdirSync(join(folder, 'backups'));
    const file = join(folder, 'backups', 'orrery-mine.db');
    writeFileSync(file, '');
    utimesSync(file, 1000, 1000);
    expect(listBackups(folder)).toMatchObject([{ name: 'orrery-mine.db', at: 1_000_000 }]);
  }));

test('a backup is for its owner alone, also where it is copied to', () =>
  withStore(async (_, folder) => {
    const { file } = await makeBackup(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }));
