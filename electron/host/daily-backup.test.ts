import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import { backupName } from '../adapters/sqlite/backup-files.ts';
import { listBackups, makeBackup } from '../adapters/sqlite/backups.ts';
import { type OpenedStore, openStore } from '../adapters/sqlite/open.ts';
import type { Log } from '../runtime/ports.ts';
import { startDailyBackup } from './daily-backup.ts';

let folder: string;
let opened: OpenedStore;
const said: string[] = [];
const told: string[] = [];
const record = ({ actor, reason }: NewAuditEntry): void => void told.push(`${actor.kind}: ${reason}`);
const log = {
  info: (line: string) => said.push(line),
  warn: (line: string) => said.push(line),
  error: (line: string) => said.push(line),
} as unknown as Log;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-daily-'));
  opened = openStore({ folder });
  said.length = 0;
  told.length = 0;
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

async function withBackupOf(daysAgo: number): Promise<void> {
  mkdirSync(join(folder, 'backups'), { recursive: true });
  const { file } = await makeBackup(folder);
  renameSync(file, join(folder, 'backups', backupName(Date.now() - daysAgo * 86_400_000, 20)));
}

test('a command makes one when it ends and the newest is older than a day', async () => {
  await withBackupOf(2);
  await startDailyBackup({ folder, kind: 'cli', log, record }).close();
  expect(listBackups(folder)).toHaveLength(2);
  expect(said).toEqual(['A backup of the database was made']);
  expect(told).toEqual(['app: The daily backup of the database was made.']);
});

test('a command makes none when there is one of today, and a closing host none at all', async () => {
  await withBackupOf(0.5);
  await startDailyBackup({ folder, kind: 'cli', log, record }).close();
  expect(listBackups(folder)).toHaveLength(1);
  rmSync(join(folder, 'backups'), { recursive: true });
  await withBackupOf(3);
  await startDailyBackup({ folder, kind: 'headless', log, record }).close();
  expect(listBackups(folder)).toHaveLength(1);
  expect(said).toEqual([]);
});
