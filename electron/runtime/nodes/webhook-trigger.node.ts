import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const webhookTriggerNode = defineNode({
  kind: 'trigger.webhook',
  version: 1,
  family: 'trigger',
  title: 'Webhook',
  description: 'Starts the workflow when a program on this machine calls a secret address of the headless host.',
  icon: 'webhook',
  keywords: ['http', 'hook', 'api', 'call', 'post', 'url', 'start', 'trigger'],
  effect: 'none',
  needs: [],
  control: 'trigger',
  inputs: [],
  outputs: [
    {
      name: 'out',
      label: 'Request',
      schema: {
        type: 'object',
        properties: { method: { type: 'string' }, query: { type: 'object' }, headers: { type: 'object' }, body: {} },
      },
    },
  ],
  config: z.object({
    method: z.enum(['POST', 'GET', 'any']).default('POST'),
    missed: z.literal('skip').default('skip'),
  }),
  defaults: { method: 'POST', missed: 'skip' },
  fields: [
    {
      key: 'method',
      label: 'Called with',
      kind: 'select',
      options: [
        { value: 'POST', label: 'POST' },
        { value: 'GET', label: 'GET' },
        { value: 'any', label: 'POST or GET' },
      ],
    },
    {
      key: 'missed',
      label: 'Missed calls',
      kind: 'select',
      options: [{ value: 'skip', label: 'Skip: nobody answers while Orrery is closed' }],
      help: 'Who calls sees that nobody answers, and can call again. A call that was answered with 202 is never lost.',
    },
  ],
  summary: '{{ method }}',
  trigger: {
    source: 'webhook',
    describe: ({ method }) => `When its webhook is called${method === 'any' ? '' : ` with ${method}`}`,
  },
  async run({ config }) {
    return { out: { method: config.method === 'any' ? 'POST' : config.method, query: {}, headers: {}, body: null } };
  },
});
