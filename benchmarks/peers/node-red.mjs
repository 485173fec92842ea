// Node-RED with a hundred function nodes in a chain: it keeps nothing. It has no join of its own that fires once for ten
// messages without waiting a time, so only the chain is run.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { serveRounds } from './serve-rounds.mjs';

const require = createRequire(import.meta.url);

await serveRounds(async (folder) => {
  const RED = require('node-red');
  let wake = () => {};
  const step = (id, func, next) => ({
    id,
    type: 'function',
    z: 'tab',
    name: '',
    func,
    outputs: 1,
    timeout: 0,
    noerr: 0,
    initialize: '',
    finalize: '',
    libs: [],
    wires: [next],
  });
  const flows = [{ id: 'tab', type: 'tab', label: 'bench' }];
  for (let i = 0; i < 100; i += 1) flows.push(step(`n${i}`, 'msg.payload += 1;\nreturn msg;', [i < 99 ? `n${i + 1}` : 'end']));
  flows.push(step('end', "global.get('done')(msg.payload);\nreturn null;", []));
  writeFileSync(path.join(folder, 'flows.json'), JSON.stringify(flows));
  RED.init(http.createServer(), {
    userDir: folder,
    httpAdminRoot: false,
    httpNodeRoot: false,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false },
    logging: { console: { level: 'off', metrics: false, audit: false } },
    functionGlobalContext: { done: (sum) => wake(sum) },
  });
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  await RED.start();
  await started;
  const first = RED.nodes.getNode('n0');
  const linear = () =>
    new Promise((resolve) => {
      wake = resolve;
      first.receive({ payload: 0 });
    });
  return { linear, close: () => RED.stop() };
});
