import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import type { MemoryId, RunId } from '../../../shared/model/ids.ts';
import type { Banner } from '../../../shared/model/system.ts';
import { orSkipped } from '../../../tests/helpers/or-skipped.ts';
import { openStore } from './open.ts';
import { codeOf, newRun, noMount, stepDone, withDisk, withFolder, withStore } from './test-support.ts';

const item = (id: string, text: string) => ({
  id: id as MemoryId,
  text,
  tags: [],
  source: { kind: 'person' as const },
  createdAt: 1,
  updatedAt: 1,
});

async function filled(folder: string): Promise<string> {
  const opened = openStore({ folder });
  for (let i = 0; i < 50; i += 1) opened.store.memory.put(item(`m${i}`, `remembered ${i} ${'text '.repeat(200)}`));
  await opened.close();
  return opened.info.file;
}

/** Refused with this code, and not a byte of the file was changed. */
function refused(folder: string, file: string, code: string): void {
  const before = existsSync(file) ? readFileSync(file) : undefined;
  expect(codeOf(() => openStore({ folder }))).toBe(code);
  expect(existsSync(file) ? readFileSync(file) : undefined).toEqual(before);
}

describe('opening', () => {
  test('a new database is made once, with nothing left beside it, and keeps what is stored', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      expect(existsSync(`${file}.migrating`)).toBe(false);
      const again = openStore({ folder });
      expect(again.info.migrated).toBeUndefined();
      expect(again.store.memory.list({ limit: 10 }).total).toBe(50);
      expect(again.check()).toEqual([]);
      await again.close();
    }));

  test('the write-ahead log is used', () =>
    withStore((opened) => {
      opened.store.memory.put(item('m', 'a'));
      expect(statSync(`${opened.info.file}-wal`).size).toBeGreaterThan(0);
    }));

  test('a database of a newer Orrery is refused', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      const db = new Database(file);
      db.pragma('user_version = 99990');
      db.close();
      refused(folder, file, 'database-newer');
    }));

  test.each([0, 7])('a database that says it is of version %i, which there never was, is refused', (version) =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      const db = new Database(file);
      db.pragma(`user_version = ${version}`);
      db.close();
      refused(folder, file, 'database-damaged');
    }),
  );

  test("another program's database is refused", () =>
    withFolder((folder) => {
      const file = join(folder, 'orrery.db');
      const db = new Database(file);
      db.exec('create table t (a)');
      db.close();
      refused(folder, file, 'database-foreign');
    }));
});

describe('a damaged database is refused and left as it is', () => {
  test('when its first bytes are wrong', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      const bytes = readFileSync(file);
      bytes.fill(7, 0, 100);
      writeFileSync(file, bytes);
      refused(folder, file, 'database-damaged');
    }));

  test('when pages in its middle are overwritten', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 4096, bytes.length - 4096);
      writeFileSync(file, bytes);
      refused(folder, file, 'database-damaged');
    }));

  test("when a search table's own format is wrong", () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      const db = new Database(file);
      db.unsafeMode().exec("update memory_fts_config set v = 0 where k = 'version'");
      db.close();
      refused(folder, file, 'database-damaged');
    }));

  test('when it was cut off', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      truncateSync(file, 8192);
      refused(folder, file, 'database-damaged');
    }));

  test('when it is empty, alone or beside a log', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      truncateSync(file, 0);
      refused(folder, file, 'database-damaged');
      writeFileSync(`${file}-wal`, 'something');
      refused(folder, file, 'database-damaged');
    }));

  test('when only its log is left', () =>
    withFolder((folder) => {
      const file = join(folder, 'orrery.db');
      writeFileSync(`${file}-wal`, 'something');
      refused(folder, file, 'database-damaged');
    }));

  test('when it is gone but backups are there, naming the newest', () =>
    withFolder(async (folder) => {
      const file = await filled(folder);
      mkdirSync(join(folder, 'backups'));
      writeFileSync(join(folder, 'backups', 'orrery-2026-01-01-v10.db'), readFileSync(file));
      rmSync(file);
      refused(folder, file, 'database-missing');
      expect(() => openStore({ folder })).toThrow(expect.objectContaining({ hint: expect.stringContaining('orrery-2026-01-01-v10.db') }));
    }));
});

describe.skipIf(noMount !== undefined)(orSkipped('on a disk of its own', noMount), () => {
  test('a full disk: banner, refused writes, nothing lost, goes on by itself when there is space', () =>
    withDisk('3m', async (folder) => {
      const opened = openStore({ folder, probeEveryMs: 20 });
      let banners: Banner[] = [];
      opened.store.onBanner((now) => {
        banners = now;
      });
      const { runs, memory } = opened.store;
      runs.create(newRun('r'));
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(1_000_000));
      const durable: number[] = [];
      let refusal: unknown;
      for (let i = 0; refusal === undefined && i < 5000; i += 1) {
        const { seq, durable: done } = runs.append('r' as RunId, stepDone(`s${i}`, 'y'.repeat(5000)));
        await done.then(
          () => durable.push(seq),
          (error: unknown) => {
            refusal = error;
          },
        );
      }
      expect(refusal).toMatchObject({ code: 'disk-full', retryable: true });
      await vi.waitFor(() => expect(banners.map((banner) => banner.id)).toEqual(['disk-full']));
      expect(() => memory.put(item('m', 'z'.repeat(200_000)))).toThrow(expect.objectContaining({ code: 'disk-full' }));
      expect(runs.readEvents('r' as RunId).map((each) => each.seq)).toEqual([1, ...durable]);

      rmSync(join(folder, 'ballast'));
      await vi.waitFor(() => expect(banners).toEqual([]), { timeout: 20_000 });
      const after = runs.append('r' as RunId, stepDone('after'));
      await after.durable;
      expect(runs.readEvents('r' as RunId).map((each) => each.seq)).toEqual([1, ...durable, after.seq]);
      expect(opened.check()).toEqual([]);
      await opened.close();
    }));

  test('a full disk at the first start: said so, nothing half made is left', () =>
    withDisk('64k', async (folder) => {
      expect(codeOf(() => openStore({ folder }))).toBe('disk-full');
      expect(existsSync(join(folder, 'orrery.db'))).toBe(false);
      expect(existsSync(join(folder, 'orrery.db.migrating'))).toBe(false);
    }));

  test('a read-only data folder: said so, with and without a database in it', () =>
    withDisk('4m', async (folder, remount) => {
      remount('ro');
      expect(codeOf(() => openStore({ folder }))).toBe('data-folder-read-only');
      remount('rw');
      const file = await filled(folder);
      remount('ro');
      refused(folder, file, 'data-folder-read-only');
    }));
});
