import { z } from 'zod';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

export const agentEventTriggerNode = defineNode({
  kind: 'trigger.agent-event',
  version: 1,
  family: 'trigger',
  title: 'An agent does something',
  description: 'Starts the workflow when an agent has answered in a conversation, or asks for approval there.',
  icon: 'bot-message-square',
  keywords: ['chat', 'conversation', 'agent', 'answer', 'approval', 'message', 'start', 'trigger'],
  effect: 'none',
  needs: [],
  control: 'trigger',
  inputs: [],
  outputs: [triggerOutput('Event', { event: 'string', conversation: 'string', agent: 'string', title: 'string', text: 'string' })],
  config: z.object({
    event: z.enum(['answered', 'approval']).default('answered'),
    agent: z.string().max(80).default(''),
    contains: z.string().max(400).default(''),
    missed: z.literal('skip').default('skip'),
  }),
  defaults: { event: 'answered', agent: '', contains: '', missed: 'skip' },
  fields: [
    {
      key: 'event',
      label: 'When an agent',
      kind: 'select',
      options: [
        { value: 'answered', label: 'has answered' },
        { value: 'approval', label: 'asks for approval' },
      ],
    },
    { key: 'agent', label: 'Which agent', kind: 'agent', help: 'Empty: any.' },
    { key: 'contains', label: 'Only when the text contains', kind: 'text', help: 'The answer, or what is asked for. Empty: always.' },
    missedField('Missed events', { skip: 'Skip: agents do nothing while Orrery is closed' }),
  ],
  summary: '{{ contains }}',
  trigger: {
    source: 'agent-event',
    describe({ event, contains }) {
      const what = event === 'answered' ? 'When an agent has answered' : 'When an agent asks for approval';
      return contains === '' ? what : `${what} with “${contains}”`;
    },
  },
  async run({ config }) {
    return { out: { event: config.event, conversation: '', agent: config.agent, title: '', text: config.contains } };
  },
});
