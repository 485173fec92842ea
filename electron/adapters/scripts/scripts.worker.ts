// Runs scripts in a QuickJS sandbox, off the main thread and one at a time. This thread has no environment; the main side ends
// it when a script is late.

import { parentPort, workerData } from 'node:worker_threads';
import { n8nPrelude } from './n8n-prelude.generated.ts';
import { Sandbox, type ScriptEnd, type ScriptJob } from './sandbox.ts';

export interface ScriptsWorkerData {
  wasm: string;
  prelude: '' | 'n8n';
}
export type RunMessage = { id: number } & ScriptJob;
export type ScriptsMessage =
  | { type: 'ready' }
  | { type: 'log'; id: number; level: string; text: string }
  | { type: 'end'; id: number; end: ScriptEnd; isSpent: boolean };

const { wasm, prelude } = workerData as ScriptsWorkerData;
const say = (message: ScriptsMessage): void => parentPort?.postMessage(message);
const sandbox = await Sandbox.open(new URL(wasm), prelude === 'n8n' ? n8nPrelude : '');

parentPort?.on('message', ({ id, ...job }: RunMessage) => {
  const end = sandbox.run(job, (level, text) => say({ type: 'log', id, level, text }));
  say({ type: 'end', id, end, isSpent: sandbox.isSpent });
  if (!sandbox.isSpent) sandbox.restore();
});
say({ type: 'ready' });
