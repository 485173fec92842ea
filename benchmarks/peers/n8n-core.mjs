// n8n's execution engine in memory: it keeps nothing. Its nodes get and give lists of items.

import { createRequire } from 'node:module';
import path from 'node:path';
import { serveRounds } from './serve-rounds.mjs';

const require = createRequire(import.meta.url);

await serveRounds(async (folder) => {
  // It writes a key into the home folder when it is loaded.
  process.env.N8N_USER_FOLDER = path.join(folder, 'n8n');
  const { WorkflowExecute, ExecutionLifecycleHooks } = require('n8n-core');
  const { Workflow } = require('n8n-workflow');
  const description = (name, inputs) => ({
    displayName: name,
    name,
    group: ['transform'],
    version: 1,
    description: '',
    defaults: { name },
    inputs,
    outputs: ['main'],
    properties: [],
  });
  const types = {
    count: {
      description: description('count', ['main']),
      async execute() {
        return [[{ json: { sum: (this.getInputData()[0].json.sum ?? 0) + 1 } }]];
      },
    },
    // Waits for its ten inputs, as n8n's merge does.
    sum: {
      description: { ...description('sum', Array(10).fill('main')), requiredInputs: 1 },
      async execute() {
        let sum = 0;
        for (let i = 0; i < 10; i += 1) sum += this.getInputData(i)[0].json.sum;
        return [[{ json: { sum } }]];
      },
    },
  };
  const find = (name) => types[name];
  const nodeTypes = { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };

  const workflowOf = (nodes, edges) => {
    const connections = {};
    for (const [from, to, index = 0] of edges) {
      connections[from] ??= { main: [[]] };
      connections[from].main[0].push({ node: to, type: 'main', index });
    }
    return new Workflow({
      id: 'w',
      nodes: nodes.map(([name, type], at) => ({ id: name, name, type, typeVersion: 1, position: [at, at], parameters: {} })),
      connections,
      active: false,
      nodeTypes,
      settings: { executionOrder: 'v1' },
    });
  };
  const chain = Array.from({ length: 100 }, (_, i) => `n${i}`);
  const linear = workflowOf(
    chain.map((name) => [name, 'count']),
    chain.slice(1).map((name, i) => [`n${i}`, name]),
  );
  const nodes = [['source', 'count']];
  const edges = [];
  for (let b = 0; b < 10; b += 1) {
    for (let i = 0; i < 10; i += 1) {
      nodes.push([`b${b}-${i}`, 'count']);
      edges.push([i === 0 ? 'source' : `b${b}-${i - 1}`, `b${b}-${i}`]);
    }
    edges.push([`b${b}-9`, 'join', b]);
  }
  nodes.push(['join', 'sum']);
  const fan = workflowOf(nodes, edges);

  const once = (workflow, first, last) => async () => {
    const hooks = new ExecutionLifecycleHooks('manual', '1', {});
    const additional = { hooks, executionId: '1', variables: {}, setExecutionStatus() {}, logAiEvent() {}, secretsHelpers: {} };
    const { data } = await new WorkflowExecute(additional, 'manual').run({ workflow, startNode: workflow.getNode(first) });
    if (data.resultData.error) throw data.resultData.error;
    return data.resultData.runData[last].at(-1).data.main[0][0].json.sum;
  };
  return { linear: once(linear, 'n0', 'n99'), fan: once(fan, 'source', 'join') };
});
