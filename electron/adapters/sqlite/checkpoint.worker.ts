// Copies what the write-ahead log holds back into the database when it is asked to, as far as nobody who reads stands in the way. Writes
// nothing of its own. What fails ends the thread, and the main thread goes on alone.

import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { atRest, type CheckpointData, type CheckpointMessage } from './checkpoint-messages.ts';

const { file, gate } = workerData as CheckpointData;
const db = new Database(file, { fileMustExist: true });
// As the main thread's own: the log is on disk before the database is written, and that before the log is begun anew.
db.pragma('synchronous = full');
const copy = db.prepare('pragma wal_checkpoint(passive)');

parentPort?.on('message', (message: CheckpointMessage) => {
  if (message === 'end') {
    db.close();
    parentPort?.close();
    return;
  }
  try {
    copy.all();
  } finally {
    Atomics.store(gate, 0, atRest);
    Atomics.notify(gate, 0);
  }
});
