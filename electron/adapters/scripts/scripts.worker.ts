// Runs scripts in a QuickJS sandbox, off the main thread and one at a time. This thread has no environment; the main side ends
// it when a script is late.

import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ScriptPrelude } from '../../runtime/ports.ts';
import { n8nPrelude } from './n8n-prelude.generated.ts';
import { Sandbox, type ScriptEnd, type ScriptJob } from './sandbox.ts';
import { sqlPrelude } from './sql-prelude.ts';

export interface ScriptsWorkerData {
  wasm: string;
  prelude: '' | ScriptPrelude;
  /** Where the database is, for the prelude that needs it. */
  sql?: string;
}
export type RunMessage = { id: number } & ScriptJob;
export type ScriptsMessage =
  | { type: 'ready' }
  | { type: 'log'; id: number; level: string; text: string }
  | { type: 'end'; id: number; end: ScriptEnd; isSpent: boolean };

const { wasm, prelude, sql } = workerData as ScriptsWorkerData;
const say = (message: ScriptsMessage): void => parentPort?.postMessage(message);
const trusted = { '': () => '', n8n: () => n8nPrelude, sql: () => sqlPrelude(readFileSync(new URL(sql ?? ''), 'utf8')) };
const sandbox = await Sandbox.open(new URL(wasm), trusted[prelude]());

parentPort?.on('message', ({ id, ...job }: RunMessage) => {
  const end = sandbox.run(job, (level, text) => say({ type: 'log', id, level, text }));
  say({ type: 'end', id, end, isSpent: sandbox.isSpent });
  if (!sandbox.isSpent) sandbox.restore();
});
say({ type: 'ready' });
