// What is asked of a long log is read in a thread of its own, on a connection that cannot write: a word that stands in none of 50,000
// entries is looked for without holding up anything else. A short log is read where it is asked, in turns, which takes less than beginning
// a thread; so is a long one where there is no thread to be had.

import { Worker } from 'node:worker_threads';
import { AppError, type AppErrorShape, cancelled, fromShape } from '../../../shared/errors.ts';
import type { AuditEntry, AuditFilter } from '../../../shared/model/audit.ts';
import { nodeEntry } from '../node-entry.ts';
import type { AuditDb } from './audit-db.ts';
import { type AuditEntries, inTurns, isSearch } from './audit-entries.ts';
import { exportReader } from './audit-export.ts';
import { auditFile } from './audit-file.ts';
import type { Health } from './health.ts';

export interface AuditReads {
  /** All of these throw `cancelled` and AppErrors of the disk. */
  search(filter: AuditFilter, signal: AbortSignal | undefined): Promise<AuditEntry[]>;
  after(seq: number, limit: number, until: number | undefined, signal: AbortSignal | undefined): Promise<AuditEntry[]>;
  seqBefore(at: number, signal: AbortSignal | undefined): Promise<number>;
  rows(after: number, limit: number): Promise<{ lines: string[]; last: number }>;
  close(): Promise<void>;
}

export interface ReadLimits {
  /** A log that ends at this number or later is read in the thread. */
  readsFrom: number;
  /** Milliseconds without a question after which it ends. */
  idleMs: number;
}
export const readLimits: ReadLimits = { readsFrom: 4000, idleMs: 60_000 };

export type AuditQuestion =
  | { kind: 'search'; filter: AuditFilter }
  | { kind: 'after'; seq: number; limit: number; until: number | undefined }
  | { kind: 'seq-before'; at: number }
  | { kind: 'rows'; after: number; limit: number };
export type AuditReadMessage = { id: number; question: AuditQuestion } | { id: number; isCancelled: true };
export type AuditReadAnswer = { id: number; found: unknown } | { id: number; error: AppErrorShape };
export interface AuditReadData {
  folder: string;
  /** audit.db. */
  file: string;
}

interface Waiting {
  resolve(found: unknown): void;
  reject(error: unknown): void;
}

const gone = (): AppError => new AppError('audit-reader-gone', 'The thread that reads the audit log ended.', { hint: 'Ask again.' });

export function auditReads(db: AuditDb, here: AuditEntries, last: () => number, health: Health, limits: ReadLimits): AuditReads {
  const rowsHere = exportReader(db);
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 0;
  const closing = new AbortController();

  function lost(which: Worker): void {
    if (worker !== which) return;
    worker = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { reject } of left) reject(gone());
  }
  function start(): Worker {
    const data: AuditReadData = { folder: db.folder, file: auditFile(db.folder) };
    const made = new Worker(nodeEntry('audit-reads-worker'), { env: {}, workerData: data });
    made.unref();
    made.on('message', (answer: AuditReadAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      rest();
      if ('error' in answer) asked?.reject(fromShape(answer.error));
      else asked?.resolve(answer.found);
    });
    made.on('error', (error) => {
      health.note(error);
      lost(made);
    });
    made.on('exit', () => lost(made));
    return made;
  }
  /** Only what somebody waits for keeps the process. */
  function rest(): void {
    clearTimeout(idle);
    if (waiting.size > 0) return;
    worker?.unref();
    idle = setTimeout(() => void end(), limits.idleMs);
    idle.unref();
  }
  async function end(): Promise<void> {
    clearTimeout(idle);
    const left = worker;
    if (left === undefined) return;
    lost(left);
    await left.terminate();
  }
  function ask(question: AuditQuestion, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    worker ??= start();
    clearTimeout(idle);
    nextId += 1;
    const id = nextId;
    waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, question } satisfies AuditReadMessage);
    const stop = (): void => {
      if (!waiting.delete(id)) return;
      worker?.postMessage({ id, isCancelled: true } satisfies AuditReadMessage);
      rest();
      reject(cancelled());
    };
    signal?.addEventListener('abort', stop, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', stop));
  }
  /** There; or here, where no thread can be had or it ended meanwhile. */
  async function find<T>(
    isThere: boolean,
    question: AuditQuestion,
    given: AbortSignal | undefined,
    orHere: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = given === undefined ? closing.signal : AbortSignal.any([given, closing.signal]);
    if (!isThere) return orHere(signal);
    try {
      return (await ask(question, signal)) as T;
    } catch (error) {
      if (error instanceof AppError && error.code !== 'audit-reader-gone') throw health.note(error);
      return orHere(signal);
    }
  }
  const isLong = (): boolean => last() >= limits.readsFrom;
  return {
    search: (filter, given) =>
      find(isSearch(filter) && isLong(), { kind: 'search', filter }, given, (signal) => inTurns(here.list(filter), signal)),
    after: (seq, limit, until, given) =>
      find(isLong(), { kind: 'after', seq, limit, until }, given, (signal) => inTurns(here.after(seq, limit, until), signal)),
    seqBefore: (at, given) => find(isLong(), { kind: 'seq-before', at }, given, (signal) => inTurns(here.seqBefore(at), signal)),
    rows: (after, limit) => find(isLong(), { kind: 'rows', after, limit }, undefined, () => rowsHere(after, limit)),
    close() {
      closing.abort();
      return end();
    },
  };
}
