// The audit log's reading thread: answers what is asked of a long log, on a connection that cannot write, and lets go of what nobody waits
// for any more. Holds no key.

import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../../../shared/errors.ts';
import { auditEntries, inTurns } from './audit-entries.ts';
import { exportReader } from './audit-export.ts';
import type { AuditQuestion, AuditReadAnswer, AuditReadData, AuditReadMessage } from './audit-reads.ts';
import { openReadDb } from './db.ts';
import { storageError } from './errors.ts';
import { Health } from './health.ts';

const { file, folder } = workerData as AuditReadData;
const asked = new Map<number, AbortController>();
let opened: ReturnType<typeof open> | undefined;

function open() {
  // Troubles of the disk are shown by the main thread, which is told of them.
  const read = openReadDb(file, new Health(60_000));
  return { entries: auditEntries(read), rows: exportReader({ read, folder }) };
}

async function find(question: AuditQuestion, signal: AbortSignal): Promise<unknown> {
  opened ??= open();
  const { entries, rows } = opened;
  switch (question.kind) {
    case 'search':
      return inTurns(entries.list(question.filter), signal);
    case 'after':
      return inTurns(entries.after(question.seq, question.limit, question.until), signal);
    case 'seq-before':
      return inTurns(entries.seqBefore(question.at), signal);
    case 'rows':
      return rows(question.after, question.limit);
    default:
      return assertNever(question);
  }
}

async function answer(id: number, question: AuditQuestion): Promise<AuditReadAnswer> {
  const control = new AbortController();
  asked.set(id, control);
  try {
    return { id, found: await find(question, control.signal) };
  } catch (error) {
    return { id, error: storageError(error).toJSON() };
  } finally {
    asked.delete(id);
  }
}

parentPort?.on('message', (message: AuditReadMessage) => {
  if ('isCancelled' in message) asked.get(message.id)?.abort();
  else void answer(message.id, message.question).then((given) => parentPort?.postMessage(given));
});
