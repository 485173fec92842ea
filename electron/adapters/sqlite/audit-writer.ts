// The only one that adds to the audit log. Few entries are written where they are; once many come together, a thread of its own takes
// over, and gives it back when it has had nothing to do for a while: a quiet app has neither its memory nor its start to pay for.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { AuditWritten } from '../../runtime/audit-ports.ts';
import { type ChainEnd, chainAppender } from './audit-chain.ts';
import type { AuditDb } from './audit-db.ts';
import { chainEndFinder } from './audit-end.ts';
import { auditFile } from './audit-file.ts';
import { pageReader, pagesOf } from './audit-pages.ts';
import { type AuditThread, startAuditThread } from './audit-thread.ts';
import type { Health } from './health.ts';

export interface AuditWriter {
  /** Where the chain ends on disk; undefined when nothing was ever written. */
  head(): ChainEnd | undefined;
  /** On disk when it returns the number of the last. Throws AppErrors of the disk: then none of them was kept. */
  append(lines: readonly string[]): number;
  /** `written` is called once, at once or later. */
  send(lines: readonly string[], written: (result: AuditWritten) => void): void;
  /** Returns when everything sent is answered. */
  settle(): void;
  close(): Promise<void>;
}

export interface WriterLimits {
  /** So many at once begin the thread. */
  threadFrom: number;
  /** Milliseconds without work after which it ends. */
  idleMs: number;
  /** How it is begun; another way in tests of what cannot be begun. */
  start?: typeof startAuditThread;
}
export const writerLimits: WriterLimits = { threadFrom: 100, idleMs: 60_000 };
/** After a thread was lost, the main thread writes for so long. */
const restMs = 60_000;

export function auditWriter(db: AuditDb, health: Health, limits: WriterLimits): AuditWriter {
  const { keys, write, folder } = db;
  const appendHere = chainAppender(write);
  const findEnd = chainEndFinder(db);
  let end: ChainEnd | undefined;
  let thread: AuditThread | undefined;
  let idle: NodeJS.Timeout | undefined;
  let notBefore = 0;
  const pages = pageReader(db.read);
  /** Up to here a thread that was lost had said what it wrote. */
  let saidBefore = 0;

  function startThread(): AuditThread | undefined {
    end ??= findEnd();
    try {
      const made = (limits.start ?? startAuditThread)(auditFile(folder), end, (error) => {
        if (thread === made) thread = undefined;
        // What it had written without saying so is found in the file.
        saidBefore = end?.seq ?? findEnd().seq;
        end = undefined;
        notBefore = Date.now() + restMs;
        health.note(error);
      });
      return made;
    } catch (error) {
      // The computer gives no further thread: the main one writes.
      notBefore = Date.now() + restMs;
      health.note(error);
      return undefined;
    }
  }
  /** The number of the last of them where a thread that was lost had them on disk: batches are all there or not at all, in their order. */
  function foundOnDisk(lines: readonly string[]): number | undefined {
    try {
      const page = pages.holding(saidBefore + 1);
      if (page === undefined || page.first !== saidBefore + 1 || page.lines !== pagesOf(lines)[0]?.lines) return undefined;
      saidBefore += lines.length;
      return saidBefore;
    } catch (error) {
      health.note(error);
      return undefined;
    }
  }
  function letGo(): void {
    const left = thread;
    thread = undefined;
    if (left !== undefined) void left.close();
  }
  function passOn(to: AuditThread, lines: readonly string[], written: (result: AuditWritten) => void): void {
    clearTimeout(idle);
    idle = setTimeout(letGo, limits.idleMs);
    idle.unref();
    to.append(keys.current(), lines, (answer) => {
      if (answer instanceof AppError) {
        const last = answer.code === 'audit-thread-gone' ? foundOnDisk(lines) : undefined;
        return written(last === undefined ? { error: health.note(answer) } : { last });
      }
      end = answer;
      written({ last: answer.seq });
    });
  }
  function appendNow(lines: readonly string[]): number {
    if (lines.length === 0) return (end ?? findEnd()).seq;
    if (thread === undefined) {
      const from = end ?? findEnd();
      // Found anew after a failure: a thread that was given up may have written something yet.
      end = undefined;
      end = appendHere(from, keys.current(), lines);
      return end.seq;
    }
    let result: AuditWritten | undefined;
    passOn(thread, lines, (given) => {
      result = given;
    });
    thread.settle();
    if (result === undefined) throw new AppError('internal', 'The audit log’s thread gave no answer.');
    if ('error' in result) throw result.error;
    return result.last;
  }
  return {
    head() {
      end ??= findEnd();
      return end.seq === 0 ? undefined : end;
    },
    append: appendNow,
    send(lines, written) {
      let result: AuditWritten;
      try {
        if (thread === undefined && lines.length >= limits.threadFrom && Date.now() >= notBefore) thread = startThread();
        if (thread !== undefined) return passOn(thread, lines, written);
        result = { last: appendNow(lines) };
      } catch (error) {
        result = { error: toAppError(error) };
      }
      written(result);
    },
    settle: () => thread?.settle(),
    async close() {
      clearTimeout(idle);
      const left = thread;
      thread = undefined;
      await left?.close();
    },
  };
}
