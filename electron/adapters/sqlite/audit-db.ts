// What the parts of the stored audit log share.

import type { AuditKeys } from '../audit/keys.ts';
import type { ReadDb, WriteDb } from './db.ts';

export interface AuditDb {
  read: ReadDb;
  write: WriteDb;
  keys: AuditKeys;
  /** The data folder; sealed segments lie in its `audit/`. */
  folder: string;
}
