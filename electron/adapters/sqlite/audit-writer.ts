// The only one that adds to the audit log. Few entries are written where they are; once many come together, a thread of its own takes
// over, and gives it back when it has had nothing to do for a while: a quiet app has neither its memory nor its start to pay for.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { AuditWritten } from '../../runtime/audit-ports.ts';
import { type ChainEnd, chainWriter } from './audit-chain.ts';
import type { AuditDb } from './audit-db.ts';
import { chainEndFinder } from './audit-end.ts';
import { auditFile } from './audit-file.ts';
import { linesIn, pageReader } from './audit-pages.ts';
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
  const put = chainWriter(write);
  const findEnd = chainEndFinder(db);
  let end: ChainEnd | undefined;
  let thread: AuditThread | undefined;
  let idle: NodeJS.Timeout | undefined;
  let notBefore = 0;
  const pages = pageReader(db.read);
  /** A thread was lost that had said what it wrote up to here; what it wrote after that is not looked at yet. */
  let lostAfter: number | undefined;
  /** What such a thread had on disk without saying so, from this number on: whoever sends it again need not have it written again. */
  let unsaid: { first: number; lines: readonly string[] } = { first: 0, lines: [] };

  function startThread(): AuditThread | undefined {
    const from = end ?? findEnd();
    end = from;
    // Long ago: nobody sends it again any more.
    unsaid = { first: 0, lines: [] };
    try {
      const made = (limits.start ?? startAuditThread)(auditFile(folder), from, (error) => {
        if (thread === made) thread = undefined;
        lostAfter = end?.seq ?? from.seq;
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
  /**
   * All under the file's lock: from then on a lost thread commits nothing, so what it did is seen now or was not done. Gives the number of
   * the last of these lines.
   */
  function appendHere(lines: readonly string[]): number {
    const known = end;
    // Found anew after a failure.
    end = undefined;
    const done = write.atomically(() => {
      const found = lostAfter === undefined ? unsaid : { first: lostAfter + 1, lines: [...pages.after(lostAfter)].flatMap(linesIn) };
      const from = lostAfter === undefined ? (known ?? findEnd()) : findEnd();
      const there = sameStart(found.lines, lines);
      const to = there < lines.length ? put(from, keys.current(), lines.slice(there)) : from;
      const left = { first: found.first + there, lines: found.lines.slice(there) };
      return { to, left, last: there < lines.length ? to.seq : left.first - 1 };
    });
    lostAfter = undefined;
    unsaid = done.left;
    end = done.to;
    return done.last;
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
      if (answer instanceof AppError) return written({ error: health.note(answer) });
      end = answer;
      written({ last: answer.seq });
    });
  }
  function appendNow(lines: readonly string[]): number {
    if (lines.length === 0) return (end ?? findEnd()).seq;
    if (thread === undefined) return appendHere(lines);
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
      const found = end ?? findEnd();
      // What a lost thread commits yet would not be in it.
      if (lostAfter === undefined) end = found;
      return found.seq === 0 ? undefined : found;
    },
    append: appendNow,
    send(lines, written) {
      let result: AuditWritten;
      try {
        if (thread === undefined && lines.length >= limits.threadFrom && lostAfter === undefined && Date.now() >= notBefore)
          thread = startThread();
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

/** How many of these lines are known already: all of either, from the first on, or none. */
function sameStart(known: readonly string[], lines: readonly string[]): number {
  const count = Math.min(known.length, lines.length);
  for (let i = 0; i < count; i += 1) if (known[i] !== lines[i]) return 0;
  return count;
}
