import { z } from 'zod';
import { textSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const templateNode = defineNode({
  kind: 'data.template',
  version: 1,
  family: 'data',
  title: 'Text template',
  description: 'Writes text from a template that may use the input, the run’s inputs and earlier steps.',
  icon: 'text',
  keywords: ['liquid', 'format', 'write', 'text', 'compose'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Input', schema: {}, many: true }],
  outputs: [{ name: 'out', label: 'Text', schema: textSchema }],
  config: z.object({ text: z.string() }),
  defaults: { text: '' },
  fields: [{ key: 'text', label: 'Template', kind: 'template', lines: 8, required: true, placeholder: 'Hello {{ input.name }}' }],
  async run({ config }) {
    return { out: config.text };
  },
});
