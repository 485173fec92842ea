import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const readFileNode = defineNode({
  kind: 'data.read-file',
  version: 1,
  family: 'data',
  title: 'Read file',
  description: 'Reads a text file from a folder this run may use.',
  icon: 'file-text',
  keywords: ['open', 'load', 'text', 'file'],
  effect: 'none',
  needs: ['files'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    {
      name: 'out',
      label: 'File',
      schema: { type: 'object', properties: { path: { type: 'string' }, text: { type: 'string' } } },
    },
  ],
  config: z.object({ path: z.string().min(1, 'needs a path'), maxKilobytes: z.number().int().min(1).max(65_536).default(1024) }),
  defaults: { path: '{{ input.path }}', maxKilobytes: 1024 },
  fields: [
    { key: 'path', label: 'File', kind: 'file', required: true },
    { key: 'maxKilobytes', label: 'Refuse files larger than', kind: 'number', min: 1, max: 65_536, unit: 'kB', advanced: true },
  ],
  summary: '{{ path }}',
  async run({ config, use }) {
    const text = await use.files.readText(config.path, { maxBytes: config.maxKilobytes * 1024 });
    return { out: { path: config.path, text } };
  },
});
