import type { BlobStore } from '../blobs/blob-store.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { Health } from './health.ts';

/** What the run store is made of. */
export interface RunStoreDeps {
  read: ReadDb;
  write: WriteDb;
  blobs: BlobStore;
  health: Health;
  /** Whether a kept backup names a large output. Opened anew for each sweep. */
  openBackups?: () => { isNamed(hash: string): boolean; close(): void };
}
