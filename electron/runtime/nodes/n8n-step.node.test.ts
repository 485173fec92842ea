import { afterAll, describe, expect, it } from 'vitest';
import { graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import { createScripts } from '../../adapters/scripts/scripts.ts';
import { n8nStepNode } from './n8n-step.node.ts';
import { outputNode } from './output.node.ts';

const rows = testNode('test.rows', { inputs: [], run: async () => ({ out: [{ n: 1 }, { n: 2 }] }) });
const scripts = createScripts();
const net = { request: () => Promise.reject(new Error('offline')) } as never;
const lab = openLab([rows, n8nStepNode, outputNode], { scripts, net });
afterAll(async () => {
  await lab.close();
  await scripts.close();
});

const step = (type: string, parameters: object, more: object = {}) => ({
  name: 'Step',
  type: `n8n-nodes-base.${type}`,
  typeVersion: 3.4,
  parameters,
  outputs: [{ name: 'items' }],
  ...more,
});
const assignments = { assignments: { assignments: [{ name: 'x', type: 'number', value: '={{ $json.n * 2 }}' }] } };

describe('n8n nodes on our canvas', () => {
  it('takes what a step of ours gives as items', async () => {
    const nodes = [
      { id: 'r', kind: 'test.rows' },
      { id: 's', kind: 'n8n.step', config: step('set', assignments) as never },
      { id: 'o', kind: 'flow.output', config: { name: 'result' } },
    ];
    const end = await lab.run(graph(nodes, ['r>s', 's.items>o']));
    expect(end.error).toBeUndefined();
    expect(end.outputs.result).toEqual([{ json: { x: 2 } }, { json: { x: 4 } }]);
  });

  it('fails with the words that n8n would say', async () => {
    const nodes = [
      { id: 'r', kind: 'test.rows' },
      { id: 's', kind: 'n8n.step', config: step('stopAndError', { errorMessage: '=No {{ $json.n }}' }) as never },
    ];
    const end = await lab.run(graph(nodes, ['r>s']));
    expect(end.error).toMatchObject({ code: 'n8n-node-failed', message: '“Step”: No 1' });
  });
});
