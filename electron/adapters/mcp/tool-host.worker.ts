// Speaks MCP with one child-process server, off the main thread: whatever the server sends can freeze only this worker, which
// the main side then ends. It has no process handle, no files and no secrets: only bytes in, lines out.

import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '../../../shared/errors.ts';
import { createMcpClient } from './mcp-client.ts';
import { PortTransport } from './port-transport.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-messages.ts';

if (parentPort === null) throw new Error('tool-host.worker runs in a worker thread only');
const port = parentPort;
const options = workerData as WorkerOptions;
const tell = (message: FromWorker) => port.postMessage(message);

const transport = new PortTransport({
  write: (text) => tell({ type: 'write', text }),
  badLine: (line) => tell({ type: 'bad-line', line }),
  note: (text) => tell({ type: 'note', text }),
  flooded: () =>
    tell({
      type: 'broken',
      failure: {
        cause: 'too-big',
        message: 'It was ended because it sent thousands of notifications a second.',
        hint: 'Update it, or tell its makers; start it again when it is mended.',
      },
    }),
});
const client = createMcpClient({
  version: options.version,
  note: (text) => tell({ type: 'note', text }),
  onTools: (tools) => tell({ type: 'tools', tools }),
});
const calls = new Map<number, AbortController>();

async function call(message: ToWorker & { type: 'call' }): Promise<void> {
  const { id, tool, args, idempotencyKey } = message;
  const controller = new AbortController();
  calls.set(id, controller);
  try {
    const result = await client.call(tool, args, {
      signal: controller.signal,
      timeoutMs: options.callMs,
      onProgress: (progress) => tell({ type: 'progress', id, ...progress }),
      ...(idempotencyKey === undefined ? {} : { meta: { 'orrery/idempotencyKey': idempotencyKey } }),
    });
    tell({ type: 'result', id, result });
  } catch (error) {
    tell({ type: 'error', id, error: toAppError(error).toJSON() });
  } finally {
    calls.delete(id);
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'data':
      transport.receive(message.chunk);
      return tell({ type: 'taken', bytes: message.chunk.byteLength });
    case 'call':
      return void call(message);
    case 'cancel':
      return calls.get(message.id)?.abort();
    case 'ping':
      return tell({ type: 'pong' });
  }
});

client.connect(transport, options.startMs).then(
  (tools) => tell({ type: 'ready', tools }),
  (error: unknown) =>
    tell({
      type: 'broken',
      failure: {
        cause: 'bad-protocol',
        message: `It answered, but not as an MCP server does: ${(error instanceof Error ? error.message : String(error)).slice(0, 500)}`,
        hint: 'Check that the command starts an MCP server that speaks over stdio.',
      },
    }),
);
