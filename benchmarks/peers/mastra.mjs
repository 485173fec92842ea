// Mastra with its LibSQL store in a file: a snapshot after each step.

import path from 'node:path';
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';
import { serveRounds } from './serve-rounds.mjs';

await serveRounds(async (folder) => {
  const sum = z.object({ sum: z.number() });
  const storage = new LibSQLStore({ id: 'peer', url: `file:${path.join(folder, 'peer.db')}` });
  const add = (id) =>
    createStep({ id, inputSchema: sum, outputSchema: sum, execute: async ({ inputData }) => ({ sum: inputData.sum + 1 }) });
  const chain = (id, steps) => {
    let workflow = createWorkflow({ id, inputSchema: sum, outputSchema: sum });
    for (let i = 0; i < steps; i += 1) workflow = workflow.then(add(`${id}-${i}`));
    return workflow.commit();
  };
  const linear = chain('linear', 100);
  const branches = Array.from({ length: 10 }, (_, b) => chain(`branch${b}`, 10));
  const join = createStep({
    id: 'join',
    inputSchema: z.record(z.string(), sum),
    outputSchema: sum,
    execute: async ({ inputData }) => ({ sum: Object.values(inputData).reduce((total, each) => total + each.sum, 0) }),
  });
  const fan = createWorkflow({ id: 'fan', inputSchema: sum, outputSchema: sum }).then(add('source')).parallel(branches).then(join).commit();
  const mastra = new Mastra({ workflows: { linear, fan }, storage, logger: false });
  await storage.init();
  const once = (id) => async () => {
    const run = await mastra.getWorkflow(id).createRun();
    const result = await run.start({ inputData: { sum: 0 } });
    if (result.status !== 'success') throw new Error(`Mastra ended as ${result.status}`);
    return result.result.sum;
  };
  return { linear: once('linear'), fan: once('fan') };
});
