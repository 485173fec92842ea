import { z } from 'zod';
import { jsonObject } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

export const askPersonNode = defineNode({
  kind: 'person.ask',
  version: 1,
  family: 'person',
  title: 'Ask a person',
  description: 'Puts a question into the inbox and waits for the answer, over restarts too.',
  icon: 'hand',
  keywords: ['question', 'approval', 'human', 'form', 'wait', 'confirm'],
  effect: 'none',
  needs: ['person'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Answer', schema: {} }],
  config: z.object({ question: z.string().min(1, 'needs a question').max(4000), schema: jsonObject.optional() }),
  defaults: { question: '' },
  fields: [
    { key: 'question', label: 'Question', kind: 'template', lines: 3, required: true },
    {
      key: 'schema',
      label: 'Answer form',
      kind: 'json',
      advanced: true,
      help: 'A JSON Schema; the form is drawn from it. Without it the answer is text.',
    },
  ],
  summary: '{{ question }}',
  async run({ config, use }) {
    const schema = config.schema !== undefined && Object.keys(config.schema).length > 0 ? config.schema : undefined;
    return { out: await use.person.ask(config.question, schema) };
  },
});
