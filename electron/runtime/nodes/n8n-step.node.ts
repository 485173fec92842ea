import { lazy } from '../../../shared/lazy.ts';
import { stepConfig } from '../import/n8n/step-config.ts';
import { defineNode } from './define-node.ts';

/** n8n’s nodes and the packages they need: loaded by the first run that has one. */
const runner = lazy(() => import('../import/n8n/step-run.ts'));

export const n8nStepNode = defineNode({
  kind: 'n8n.step',
  version: 1,
  family: 'data',
  title: 'n8n node',
  description: 'A node from an imported n8n workflow: takes lists of items, works as n8n does, gives lists of items.',
  icon: 'blocks',
  keywords: ['n8n', 'import', 'items'],
  imported: { offered: true },
  effect: 'none',
  effectOf: ({ type, parameters }) => {
    if (type === 'n8n-nodes-base.wait') return 'idempotent';
    if (type !== 'n8n-nodes-base.httpRequest') return type === 'n8n-nodes-base.executeWorkflow' ? 'idempotent' : 'none';
    return ['POST', 'PATCH'].includes(String(parameters.method ?? parameters.requestMethod ?? 'GET')) ? 'once' : 'idempotent';
  },
  needs: ['scripts', 'net', 'clock'],
  control: 'merge',
  inputs: [{ name: 'in', label: 'Items', schema: {}, many: true }],
  outputs: [],
  outputsFromRows: { field: 'outputs', column: 'name', schema: { type: 'array' } },
  config: stepConfig,
  defaults: { name: 'No Operation', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {}, outputs: [{ name: 'items' }] },
  fields: [
    { key: 'type', label: 'n8n type', kind: 'text', required: true, placeholder: 'n8n-nodes-base.set' },
    { key: 'typeVersion', label: 'Version', kind: 'number', min: 1, max: 100 },
    { key: 'parameters', label: 'Parameters', kind: 'json', help: 'As in the n8n file; texts that begin with = are n8n expressions.' },
    { key: 'name', label: 'Name', kind: 'text', required: true, help: 'Other n8n nodes refer to it by this name.' },
    {
      key: 'settings',
      label: 'Settings',
      kind: 'json',
      advanced: true,
      help: 'onError, retryOnFail, executeOnce, alwaysOutputData, disabled.',
    },
  ],
  summary: '{{ type }}',
  run: async (context) => (await runner()).runStep(context),
});
