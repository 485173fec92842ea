import { expect, it } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { n8nMissingNode } from './n8n-missing.node.ts';

it('says why a node is not there when it is reached', async () => {
  const node = openNode(n8nMissingNode);
  const config = { name: 'Slack', type: 'n8n-nodes-base.slack', reason: 'It needs an account.', outputs: [{ name: 'items' }] };
  const end = await node.run(config, { given: [[{ json: { n: 1 } }]] });
  expect(end.status).toBe('failed');
  expect(end.error).toMatchObject({ code: 'n8n-node-missing', message: '“Slack” cannot run here: It needs an account.' });
});
