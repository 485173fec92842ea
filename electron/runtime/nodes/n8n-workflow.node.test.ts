import { expect, it, onTestFinished } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createScripts } from '../../adapters/scripts/scripts.ts';
import { n8nWorkflowNode } from './n8n-workflow.node.ts';

const open = () => {
  const scripts = createScripts();
  onTestFinished(() => scripts.close());
  return openNode(n8nWorkflowNode, { scripts, net: { request: () => Promise.reject(new Error('offline')) } as never });
};
const n8n = (name: string, type: string, parameters: object, typeVersion = 1) => ({
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [0, 0],
  parameters,
});

it('goes round a loop in n8n’s own order, as one step', async () => {
  const workflow = {
    nodes: [
      n8n('Start', 'manualTrigger', {}),
      n8n('Rows', 'code', { jsCode: 'return [1, 2, 3].map((n) => ({ json: { n } }));' }, 2),
      n8n('Loop', 'splitInBatches', { options: {} }, 3),
      n8n('Double', 'code', { jsCode: 'return $input.all().map(({ json }) => ({ json: { n: json.n * 2 } }));' }, 2),
      n8n('End', 'noOp', {}),
    ],
    connections: {
      Start: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
      Rows: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
      Loop: { main: [[{ node: 'End', type: 'main', index: 0 }], [{ node: 'Double', type: 'main', index: 0 }]] },
      Double: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
    },
    settings: { executionOrder: 'v1' },
  };
  const end = await open().run(
    { workflow, starts: [{ node: 'g0', name: 'Start' }], outputs: [{ name: 'End', node: 'End', output: 0 }] } as never,
    { given: [{}] },
  );
  expect(end.error).toBeUndefined();
  expect(end.outputs?.End).toEqual([{ json: { n: 2 } }, { json: { n: 4 } }, { json: { n: 6 } }]);
});

it('says so when a workflow has lost its start', async () => {
  const config = { workflow: { nodes: [], connections: {} }, starts: [{ node: 'r', name: 'Start' }], outputs: [{ name: 'items' }] };
  const end = await open().run(config as never, { given: [{}] });
  expect(end.error).toMatchObject({ code: 'n8n-no-start' });
});
