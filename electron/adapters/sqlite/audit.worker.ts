// The audit log's own thread: hashes, inserts and commits what it is sent, in that order, and answers with the new end of the chain. It
// reads nothing but that, and decides nothing. What the disk refuses leaves the end where it was.

import { workerData } from 'node:worker_threads';
import type { ChainKey } from '../audit/chain.ts';
import { chainAppender } from './audit-chain.ts';
import type { AuditThreadAnswer, AuditThreadData, AuditThreadMessage } from './audit-thread-messages.ts';
import { openWriteDb, type WriteDb } from './db.ts';
import { storageError } from './errors.ts';
import { Health } from './health.ts';

const data = workerData as AuditThreadData;
const { port, gate } = data;
let end = data.end;
let opened: { write: WriteDb; append: ReturnType<typeof chainAppender> } | undefined;
// Kept, so that the key is made ready once and not for each batch.
const keys = new Map<string, ChainKey>();

function open(): NonNullable<typeof opened> {
  if (opened === undefined) {
    // Troubles of the disk are shown by the main thread, which is told of them.
    const write = openWriteDb(data.file, new Health(60_000));
    opened = { write, append: chainAppender(write) };
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

function work(message: AuditThreadMessage): AuditThreadAnswer {
  try {
    if (message.kind === 'end') opened?.write.close();
    else end = open().append(end, keyOf(message.key), message.lines.split('\n'));
    return { id: message.id, end };
  } catch (error) {
    return { id: message.id, error: storageError(error).toJSON() };
  }
}

port.on('message', (message: AuditThreadMessage) => {
  port.postMessage(work(message));
  Atomics.add(gate, 0, 1);
  Atomics.notify(gate, 0);
  if (message.kind === 'end') port.close();
});
