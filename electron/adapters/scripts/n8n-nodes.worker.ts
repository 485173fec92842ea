// n8n's nodes that only reckon, and large files that are read, off the main thread and one at a time. This thread has no environment; the main side ends it when a
// node is late. What a node asks of the sandbox is asked of the main side.

import { parentPort } from 'node:worker_threads';
import type { NodeWork } from '../../runtime/import/n8n/node-run.ts';
import { type ReckonEnd, type ReckonPowers, reckon } from '../../runtime/import/n8n/reckon.ts';
import { isForeignWork, readForeignThere } from '../../runtime/import/read-work.ts';
import { n8nLibraries } from './n8n-libraries.ts';

export type NodesMessage = { type: 'ready' } | { type: 'ask'; ask: number; name: string; given: unknown[] } | { type: 'end'; end: unknown };
export type NodesRequest =
  | { type: 'work'; work: unknown }
  | { type: 'answer'; ask: number; value: unknown }
  | { type: 'answer'; ask: number; fault: string };

const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let asked = 0;
const say = (message: NodesMessage): void => parentPort?.postMessage(message);

const ask = (name: string, given: unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    asked += 1;
    open.set(asked, { resolve, reject });
    say({ type: 'ask', ask: asked, name, given });
  });
const powers: ReckonPowers = {
  evaluate: (...given) => ask('evaluate', given) as ReturnType<ReckonPowers['evaluate']>,
  code: (...given) => ask('code', given) as ReturnType<ReckonPowers['code']>,
  sql: (...given) => ask('sql', given) as ReturnType<ReckonPowers['sql']>,
  libraries: n8nLibraries,
};

function tell(end: ReckonEnd | { report: unknown }): void {
  try {
    say({ type: 'end', end });
  } catch {
    // A value that cannot be sent as it is (a date object, say) is sent as the JSON that it would become anyway.
    say({ type: 'end', end: JSON.parse(JSON.stringify(end)) });
  }
}

parentPort?.on('message', (request: NodesRequest) => {
  if (request.type === 'work') {
    if (isForeignWork(request.work))
      readForeignThere(request.work, ask).then(tell, (error: unknown) => tell({ fault: { message: String(error) } }));
    else void reckon(request.work as NodeWork, powers).then(tell);
    return;
  }
  const waiting = open.get(request.ask);
  open.delete(request.ask);
  if ('fault' in request) waiting?.reject(new Error(request.fault));
  else waiting?.resolve(request.value);
});
say({ type: 'ready' });
