import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const rememberNode = defineNode({
  kind: 'memory.remember',
  version: 1,
  family: 'memory',
  title: 'Remember',
  description: 'Keeps a text in memory, with this run as its source. The same key replaces what was kept under it.',
  icon: 'brain',
  keywords: ['store', 'memory', 'save', 'note', 'fact'],
  effect: 'idempotent',
  needs: ['memory'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Memory', schema: { type: 'object', properties: { id: { type: 'string' }, text: { type: 'string' } } } }],
  config: z.object({
    text: z.string().min(1, 'needs a text').max(20_000),
    tags: z.string().default(''),
    key: z.string().max(500).default(''),
  }),
  defaults: { text: '{{ input }}', tags: '', key: '' },
  fields: [
    { key: 'text', label: 'Text', kind: 'template', lines: 4, required: true },
    { key: 'tags', label: 'Tags', kind: 'template', lines: 1, placeholder: 'digest, notes', help: 'Separated by commas.' },
    { key: 'key', label: 'Key', kind: 'template', lines: 1, help: 'Remembering again under the same key replaces the older text.' },
  ],
  async run({ config, use }) {
    const tags = config.tags
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
    const item = await use.memory.remember({ text: config.text, tags, ...(config.key === '' ? {} : { key: config.key }) });
    return { out: { id: item.id, text: item.text, tags: item.tags } };
  },
});
