// Changes that are written down in one turn of the loop share one commit; one that cannot be written takes none along.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StoredChange } from '../../runtime/undo/undo-ports.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { changeStore } from './change-store.ts';
import { openReadDb, openWriteDb } from './db.ts';
import { Health } from './health.ts';
import { openStore } from './open.ts';
import { withFolder } from './test-support.ts';

const change = (id: string): StoredChange =>
  ({
    ...{ id, at: 1, kind: 'file', target: `/f/${id}`, title: id, op: 'write', state: 'begun', before: null, after: null, bytes: 0 },
    ...{ actor: { kind: 'agent', name: 'A' }, set: 'c-1' },
  }) as unknown as StoredChange;

it('shares a commit, is on disk when it settles, and none fails for another', async () => {
  await withFolder(async (folder) => {
    await openStore({ folder }).close();
    const file = join(folder, 'orrery.db');
    const health = new Health(60_000);
    const write = openWriteDb(file, health);
    const read = openReadDb(file, health);
    const blobs = new BlobStore(join(folder, 'blobs'));
    let commits = 0;
    const counted = {
      ...write,
      atomically<T>(work: () => T): T {
        commits += 1;
        return write.atomically(work);
      },
    };
    try {
      const changes = changeStore(read, counted, blobs);
      const soon = Array.from({ length: 20 }, (_, i) => changes.insertSoon(change(`ch-${i}`)));
      expect(changes.begun()).toEqual([]);
      await Promise.all(soon);
      expect(commits).toBe(1);
      expect(changes.begun()).toHaveLength(20);
      await changes.insertSoon(change('ch-alone'));
      expect(commits).toBe(2);
      const ends = await Promise.allSettled(['ch-a', 'ch-3', 'ch-b'].map((id) => changes.insertSoon(change(id))));
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(changes.begun()).toHaveLength(23);
    } finally {
      await blobs.close();
      read.close();
      write.close();
      health.close();
    }
  });
});
