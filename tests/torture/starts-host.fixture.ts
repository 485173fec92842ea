// The part of the torture that runs as an app from an icon does: with an environment of HOME and a bare PATH. Reads what to start
// from a file, starts it through the tool host, writes one line of JSON for each, and holds until its stdin closes.

import { readFileSync } from 'node:fs';
import { createToolHost } from '../../electron/adapters/mcp/tool-host.ts';
import { createSandbox } from '../../electron/adapters/sandbox/sandbox.ts';
import type { ServerConfig } from '../../shared/model/tool.ts';

interface Order {
  dataFolder: string;
  together: number;
  startMs: number;
  configs: ServerConfig[];
}

const order = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Order;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
// As the product does it: contained where this machine can, each with the folders its arguments name.
const sandbox = createSandbox({ log: quiet, closed: [order.dataFolder] });
const host = createToolHost({
  definitions: [],
  ports: {} as never,
  vault: { reveal: async () => '', redact: (text: string) => text } as never,
  log: quiet,
  sandbox,
  dataFolder: order.dataFolder,
  version: '0.0.0',
  times: { startMs: order.startMs, badLineGraceMs: 400, stopStepMs: 500 },
});

const queue = [...order.configs];
await Promise.all(
  Array.from({ length: order.together }, async () => {
    for (let config = queue.shift(); config !== undefined; config = queue.shift()) {
      const began = performance.now();
      const { state, failure, toolCount, pid } = await host.start(config);
      console.log(JSON.stringify({ id: config.id, state, failure, toolCount, pid, ms: Math.round(performance.now() - began) }));
    }
  }),
);
console.log('{"isDone":true}');
// Whoever started this may end it without a word: what it started must not stay.
process.stdin.resume();
process.stdin.once('end', () => void host.close().then(() => sandbox.close()));
