// An undo that is written down before it begins, and crossed out when it is over, also where the disk takes nothing just then.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChangeSetId } from '../../../shared/model/change.ts';
import { type OpenedStore, openStore } from './open.ts';

let folder: string;
let opened: OpenedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-undos-'));
  opened = openStore({ folder });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

it('one that is over stays over when it cannot be crossed out at once', async () => {
  const { changes } = opened.store;
  const id = 'u-1' as ChangeSetId;
  changes.putUndo({ id, at: 1, body: { changes: [], choices: {} } });
  // Another program has the database for itself, for longer than is waited for.
  const other = new Database(join(folder, 'orrery.db'));
  other.exec('begin immediate');
  try {
    changes.dropUndo(id);
  } finally {
    other.exec('rollback');
    other.close();
  }
  await vi.waitFor(() => expect(changes.undos()).toEqual([]), { timeout: 10_000, interval: 50 });
}, 30_000);
