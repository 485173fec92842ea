// What the parts of the stored audit log share.

import type { AuditKeys } from '../audit/keys.ts';
import type { AuditMark } from './audit-mark.ts';
import type { ReadDb, WriteDb } from './db.ts';

export interface AuditDb {
  /** Of audit.db, both. */
  read: ReadDb;
  write: WriteDb;
  /** What orrery.db knows of the log's end. */
  mark: AuditMark;
  keys: AuditKeys;
  /** The data folder; sealed segments lie in its `audit/`. */
  folder: string;
}
