// What the runtime needs of the stored audit log. Appending is one commit for all that is given; nothing is ever changed.

import type { AppError } from '../../shared/errors.ts';
import type { AuditEntry, AuditFilter, AuditStatus, AuditVerdict } from '../../shared/model/audit.ts';

/**
 * The number of the last of them, or why none is on disk. After `audit-thread-gone` they may be: who sends the same again, first of all
 * and in the same order, has them there once.
 */
export type AuditWritten = { last: number } | { error: AppError };

export interface AuditStore {
  /**
   * Texts of `auditLine`, in one commit, chained in this order; gives the number of the last. Throws AppErrors of the disk: then none of
   * them was kept.
   */
  append(lines: readonly string[]): number;
  /** The same without waiting: `written` is called once, at once or later. */
  send(lines: readonly string[], written: (result: AuditWritten) => void): void;
  /** Returns when all that was sent is answered. */
  settle(): void;
  /** Newest first, at once: for what need not look far. */
  list(filter: AuditFilter): AuditEntry[];
  /** The same without holding up anything else, however long the log is. What was on disk before it was asked is found. Throws `cancelled`. */
  search(filter: AuditFilter, signal: AbortSignal | undefined): Promise<AuditEntry[]>;
  get(seq: number): AuditEntry | undefined;
  /** Oldest first, after `after`; for folding the log in pieces. Sealed entries are not among them. Throws `cancelled`. */
  listAfter(after: number, limit: number, until?: number, signal?: AbortSignal): Promise<AuditEntry[]>;
  /** The number before the first entry at or after this time. Throws `cancelled`. */
  seqBefore(at: number, signal?: AbortSignal): Promise<number>;
  status(): Omit<AuditStatus, 'verdict' | 'waiting'>;
  /** Reads the whole chain in slices. Throws `cancelled`. */
  verify(signal: AbortSignal | undefined): Promise<AuditVerdict>;
  /** Puts the head of the chain down outside the database. True when that is the vault. Throws AppErrors. */
  anchor(): Promise<boolean>;
  /** Seals the oldest entries into a file when there are many; removes files of segments older than that. Gives what it did. */
  seal(limits: { maxEntries?: number; removeBefore?: number | undefined }): Promise<{ sealed: number; removed: number }>;
  /** Lines of the export after this entry: the rows as they are chained, sealed ones too. Empty at the end. */
  exportRows(after: number, limit: number): Promise<{ lines: string[]; last: number }>;
  /** A file, for its owner alone, with the keys: who has them can check an export, and could make one. */
  writeKeys(path: string): Promise<void>;
  /** Shows in every window that entries wait; none hides it. */
  showWaiting(count: number): void;
  dismissed(): string[];
  dismiss(id: string, at: number): void;
}
