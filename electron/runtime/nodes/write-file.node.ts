import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const writeFileNode = defineNode({
  kind: 'data.write-file',
  version: 1,
  family: 'output',
  title: 'Write file',
  description: 'Writes a text file into a folder this run may use, whole or not at all.',
  icon: 'file-output',
  keywords: ['save', 'store', 'export', 'report', 'file'],
  effect: 'idempotent',
  needs: ['files'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    {
      name: 'out',
      label: 'Written',
      schema: { type: 'object', properties: { path: { type: 'string' }, bytes: { type: 'number' }, replaced: { type: 'boolean' } } },
    },
  ],
  config: z.object({ path: z.string().min(1, 'needs a path'), text: z.string() }),
  defaults: { path: '', text: '{{ input }}' },
  fields: [
    { key: 'path', label: 'File', kind: 'file', required: true },
    { key: 'text', label: 'Text', kind: 'template', lines: 6, required: true },
  ],
  summary: '{{ path }}',
  async run({ config, use }) {
    const written = await use.files.writeText(config.path, config.text);
    return { out: { path: config.path, bytes: written.bytes, replaced: written.existed } };
  },
});
