// OpenWorkflow over its own SQLite backend (WAL, FULL). Its worker polls, which is not what is measured: it is told when to look,
// and a run is over when its backend has kept that it is.

import path from 'node:path';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import { serveRounds } from './serve-rounds.mjs';

await serveRounds(async (folder) => {
  const backend = BackendSqlite.connect(path.join(folder, 'peer.db'));
  const waiting = new Map();
  const complete = backend.completeWorkflowRun.bind(backend);
  backend.completeWorkflowRun = async (params) => {
    const run = await complete(params);
    waiting.get(params.workflowRunId)?.(params.output);
    return run;
  };
  const client = new OpenWorkflow({ backend });
  const linear = client.defineWorkflow({ name: 'linear' }, async ({ step }) => {
    let sum = 0;
    for (let i = 0; i < 100; i += 1) {
      const before = sum;
      sum = await step.run({ name: `n${i}` }, async () => before + 1);
    }
    return sum;
  });
  const fan = client.defineWorkflow({ name: 'fan' }, async ({ step }) => {
    const source = await step.run({ name: 'source' }, async () => 1);
    const branch = async (b) => {
      let sum = source;
      for (let i = 0; i < 10; i += 1) {
        const before = sum;
        sum = await step.run({ name: `b${b}-${i}` }, async () => before + 1);
      }
      return sum;
    };
    const sums = await Promise.all(Array.from({ length: 10 }, (_, b) => branch(b)));
    return step.run({ name: 'join' }, async () => sums.reduce((a, b) => a + b, 0));
  });
  const worker = client.newWorker({ concurrency: 64 });
  const once = (workflow) => async () => {
    const handle = await workflow.run();
    const done = new Promise((resolve) => waiting.set(handle.workflowRun.id, resolve));
    await worker.tick();
    const sum = await done;
    // Its place is free again a moment after the end was kept.
    await new Promise((resolve) => setImmediate(resolve));
    return sum;
  };
  return { linear: once(linear), fan: once(fan), close: () => backend.stop() };
});
