// What the main thread and the audit log's own thread say to each other. Entries go as one text, a line each: a clone of as many
// strings costs several times as much.

import type { MessagePort } from 'node:worker_threads';
import type { AppErrorShape } from '../../../shared/errors.ts';
import type { ChainEnd } from './audit-chain.ts';

/** Places in `gate`. The thread counts its answers, for a main thread that waits. */
export const answered = 0;
/** The main thread sets it to 1: whatever the thread still does, it commits nothing any more. */
export const isGivenUp = 1;

export interface AuditThreadData {
  /** Of audit.db. */
  file: string;
  /** Where the chain ends now. */
  end: ChainEnd;
  port: MessagePort;
  gate: Int32Array<SharedArrayBuffer>;
}
export type AuditThreadMessage =
  | { id: number; kind: 'append'; key: { id: string; bytes: Uint8Array }; lines: string }
  /** Closes the file; the last. */
  | { id: number; kind: 'end' };
export type AuditThreadAnswer = { id: number; end: ChainEnd } | { id: number; error: AppErrorShape };
