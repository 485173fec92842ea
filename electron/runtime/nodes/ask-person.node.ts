import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { jsonObject, jsonValue } from '../../../shared/model/json.ts';
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
  config: z.object({
    question: z.string().min(1, 'needs a question').max(4000),
    schema: jsonObject.optional(),
    /** 0: it waits for as long as it takes. */
    expiresHours: z.number().min(0).max(8760).default(0),
    onExpiry: z.enum(['fail', 'go-on']).default('fail'),
    otherwise: jsonValue.default(null),
  }),
  defaults: { question: '', expiresHours: 0, onExpiry: 'fail', otherwise: null },
  fields: [
    { key: 'question', label: 'Question', kind: 'template', lines: 3, required: true },
    {
      key: 'schema',
      label: 'Answer form',
      kind: 'json',
      advanced: true,
      help: 'A JSON Schema; the form is drawn from it. Without it the answer is text.',
    },
    {
      key: 'expiresHours',
      label: 'Give up after',
      kind: 'number',
      min: 0,
      max: 8760,
      unit: 'h',
      advanced: true,
      help: '0 waits for as long as it takes.',
    },
    {
      key: 'onExpiry',
      label: 'When nobody has answered by then',
      kind: 'select',
      advanced: true,
      options: [
        { value: 'fail', label: 'Fail' },
        { value: 'go-on', label: 'Go on with another value' },
      ],
    },
    { key: 'otherwise', label: 'Value to go on with', kind: 'json', advanced: true, when: { key: 'onExpiry', is: ['go-on'] } },
  ],
  summary: '{{ question }}',
  async run({ config, use }) {
    const schema = config.schema !== undefined && Object.keys(config.schema).length > 0 ? config.schema : undefined;
    const options = config.expiresHours > 0 ? { expiresAfterMs: config.expiresHours * 3_600_000 } : {};
    try {
      return { out: await use.person.ask(config.question, schema, options) };
    } catch (error) {
      if (config.onExpiry === 'go-on' && error instanceof AppError && error.code === 'question-expired') return { out: config.otherwise };
      throw error;
    }
  },
});
