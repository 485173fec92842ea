// The main thread's end of the audit log's own thread. Answers come as messages, or at once to a main thread that has to wait for them
// (closing, verifying, a page that lists what was just done): then it waits as long as the commit itself would have taken it.

import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { AppError, fromShape } from '../../../shared/errors.ts';
import type { ChainKey } from '../audit/chain.ts';
import { nodeEntry } from '../node-entry.ts';
import type { ChainEnd } from './audit-chain.ts';
import {
  type AuditThreadAnswer,
  type AuditThreadData,
  type AuditThreadMessage,
  answered as answers,
  isGivenUp,
} from './audit-thread-messages.ts';

/** A thread that answers nothing for so long is given up by who waits for it: longer than SQLite itself waits for a lock. */
const patienceMs = 8_000;

type Waiting = (answer: ChainEnd | AppError) => void;

export interface AuditThread {
  /** `answered` is called once: with the end of the chain when all are on disk, or with why none is. */
  append(key: ChainKey, lines: readonly string[], answered: Waiting): void;
  /** Returns when everything sent is answered. */
  settle(): void;
  /** Settles, and lets it go. */
  close(): Promise<void>;
}

const gone = (why: string): AppError =>
  new AppError('audit-thread-gone', `The thread that writes the audit log ${why}.`, {
    hint: 'Send the same again: the main thread writes what is not on disk.',
    retryable: true,
  });

/**
 * `lost` is called when it ended without being asked to, or was given up: from then on it commits nothing that was not under way. What
 * was under way holds the file's lock until it is on disk. `patience` in milliseconds.
 */
export function startAuditThread(file: string, end: ChainEnd, lost: (error: AppError) => void, patience = patienceMs): AuditThread {
  const { port1: port, port2 } = new MessageChannel();
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const data: AuditThreadData = { file, end, port: port2, gate };
  const worker = new Worker(nodeEntry('audit-worker'), { env: {}, workerData: data, transferList: [port2] });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let isGone = false;
  /** Nothing is lost by not waiting: who ends the process settles first. */
  worker.unref();

  function take(answer: AuditThreadAnswer): void {
    const done = waiting.get(answer.id);
    waiting.delete(answer.id);
    done?.('error' in answer ? fromShape(answer.error) : answer.end);
  }
  function giveUp(error: AppError): void {
    if (isGone) return;
    isGone = true;
    Atomics.store(gate, isGivenUp, 1);
    lost(error);
    const left = [...waiting.values()];
    waiting.clear();
    for (const done of left) done(error);
    void worker.terminate();
    port.close();
  }
  port.on('message', take);
  port.unref();
  worker.on('error', (error) => giveUp(gone(`failed: ${error.message}`)));
  worker.on('exit', () => giveUp(gone('ended')));

  function post(message: AuditThreadMessage, answered: Waiting): void {
    waiting.set(message.id, answered);
    port.postMessage(message);
  }
  function settle(): void {
    const until = performance.now() + patience;
    while (waiting.size > 0 && !isGone) {
      const seen = Atomics.load(gate, answers);
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
        take(next.message as AuditThreadAnswer);
      if (waiting.size === 0) return;
      if (Atomics.wait(gate, answers, seen, Math.max(1, until - performance.now())) === 'timed-out') giveUp(gone('does not answer'));
    }
  }
  return {
    append(key, lines, answered) {
      nextId += 1;
      post({ id: nextId, kind: 'append', key: { id: key.id, bytes: key.bytes }, lines: lines.join('\n') }, answered);
    },
    settle,
    async close() {
      if (isGone) return;
      nextId += 1;
      post({ id: nextId, kind: 'end' }, () => undefined);
      settle();
      isGone = true;
      port.close();
      await worker.terminate();
    },
  };
}
