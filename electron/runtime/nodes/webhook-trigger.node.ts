import { z } from 'zod';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
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
  outputs: [triggerOutput('Request', { method: 'string', query: 'object', headers: 'object', body: 'anything' })],
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
    missedField(
      'Missed calls',
      { skip: 'Skip: nobody answers while Orrery is closed' },
      'Who calls sees that nobody answers, and can call again. A call that was answered with 202 is never lost.',
    ),
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
