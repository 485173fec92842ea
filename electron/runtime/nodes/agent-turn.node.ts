import { z } from 'zod';
import { textSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const agentTurnNode = defineNode({
  kind: 'model.agent',
  version: 1,
  family: 'model',
  title: 'Agent',
  description: 'Gives an agent a task; it uses its tools, asks where its grant ends, and gives its answer.',
  icon: 'bot',
  keywords: ['agent', 'assistant', 'task', 'tools', 'ai'],
  // Its model and tool calls are journaled one by one below this step, so taking it up again repeats none of them.
  effect: 'idempotent',
  needs: ['models'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, many: true }],
  outputs: [{ name: 'out', label: 'Answer', schema: textSchema }],
  config: z.object({ agent: z.string().min(1, 'needs an agent'), task: z.string().min(1, 'needs a task') }),
  defaults: { agent: '', task: '{{ input }}' },
  fields: [
    { key: 'agent', label: 'Agent', kind: 'agent', required: true },
    { key: 'task', label: 'Task', kind: 'template', lines: 6, required: true },
  ],
  async run({ config, use }) {
    return { out: (await use.models.turn({ agent: config.agent, task: config.task })).text };
  },
});
