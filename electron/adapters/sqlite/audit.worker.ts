// The audit log's own thread: hashes, inserts and commits what it is sent, in that order, and answers with the new end of the chain. It
// reads nothing but that, and decides nothing. What the disk refuses leaves the end where it was.

import { workerData } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import type { ChainKey } from '../audit/chain.ts';
import { type ChainEnd, chainWriter } from './audit-chain.ts';
import { type AuditThreadAnswer, type AuditThreadData, type AuditThreadMessage, answered, isGivenUp } from './audit-thread-messages.ts';
import { openWriteDb, type WriteDb } from './db.ts';
import { storageError } from './errors.ts';
import { Health } from './health.ts';

const data = workerData as AuditThreadData;
const { port, gate } = data;
let end = data.end;
let opened: { write: WriteDb; put: ReturnType<typeof chainWriter> } | undefined;
// Kept, so that the key is made ready once and not for each batch.
const keys = new Map<string, ChainKey>();

function open(): NonNullable<typeof opened> {
  if (opened === undefined) {
    // Troubles of the disk are shown by the main thread, which is told of them.
    const write = openWriteDb(data.file, new Health(60_000));
    opened = { write, put: chainWriter(write) };
  }
  return opened;
}

function keyOf({ id, bytes }: { id: string; bytes: Uint8Array }): ChainKey {
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key: ChainKey = { id, bytes: Buffer.from(bytes) };
  keys.set(id, key);
  return key;
}

function append(key: ChainKey, lines: readonly string[]): ChainEnd {
  const { write, put } = open();
  return write.atomically(() => {
    // Looked at under the file's lock: who gave this thread up takes that lock before it looks what was written.
    if (Atomics.load(gate, isGivenUp) === 1) throw new AppError('audit-thread-gone', 'Another thread has taken over.');
    return put(end, key, lines);
  });
}

function work(message: AuditThreadMessage): AuditThreadAnswer {
  try {
    if (message.kind === 'end') opened?.write.close();
    else end = append(keyOf(message.key), message.lines.split('\n'));
    return { id: message.id, end };
  } catch (error) {
    return { id: message.id, error: storageError(error).toJSON() };
  }
}

port.on('message', (message: AuditThreadMessage) => {
  port.postMessage(work(message));
  Atomics.add(gate, answered, 1);
  Atomics.notify(gate, answered);
  if (message.kind === 'end') port.close();
});
