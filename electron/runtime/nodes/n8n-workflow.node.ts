import { lazy } from '../../../shared/lazy.ts';
import { wholeConfig } from '../import/n8n/step-config.ts';
import { defineNode } from './define-node.ts';

/** n8n’s nodes and the packages they need: loaded by the first run that has one. */
const runner = lazy(() => import('../import/n8n/whole-run.ts'));

export const n8nWorkflowNode = defineNode({
  kind: 'n8n.workflow',
  version: 1,
  family: 'flow',
  title: 'n8n workflow',
  description: 'An imported n8n workflow that goes round in loops, run in n8n’s own order as one step.',
  icon: 'repeat',
  keywords: ['n8n', 'import', 'loop'],
  imported: { offered: false },
  effect: 'idempotent',
  effectOf: ({ workflow }) => (JSON.stringify(workflow).includes('"n8n-nodes-base.httpRequest"') ? 'once' : 'idempotent'),
  needs: ['scripts', 'net', 'clock'],
  control: 'merge',
  inputs: [{ name: 'in', label: 'Start', schema: {}, many: true }],
  outputs: [],
  outputsFromRows: { field: 'outputs', column: 'name', schema: { type: 'array' } },
  config: wholeConfig,
  defaults: { workflow: { nodes: [], connections: {} }, starts: [], outputs: [] },
  fields: [{ key: 'workflow', label: 'n8n workflow', kind: 'json', help: 'Nodes and connections as in the n8n file.' }],
  run: async (context) => (await runner()).runWhole(context),
});
