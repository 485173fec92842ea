import { z } from 'zod';
import { listSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const listFolderNode = defineNode({
  kind: 'data.list-folder',
  version: 1,
  family: 'data',
  title: 'List folder',
  description: 'Lists the files and folders in a folder this run may use.',
  icon: 'folder-search',
  keywords: ['files', 'directory', 'ls', 'folder'],
  effect: 'none',
  needs: ['files'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    {
      name: 'out',
      label: 'Entries',
      schema: listSchema({
        type: 'object',
        properties: {
          name: { type: 'string' },
          path: { type: 'string' },
          kind: { type: 'string' },
          size: { type: 'number' },
          modifiedAt: { type: 'number' },
        },
      }),
    },
  ],
  config: z.object({
    path: z.string().min(1, 'needs a folder'),
    recursive: z.boolean().default(false),
    limit: z.number().int().min(1).max(100_000).default(1000),
  }),
  defaults: { path: '{{ input }}', recursive: false, limit: 1000 },
  fields: [
    { key: 'path', label: 'Folder', kind: 'folder', required: true },
    { key: 'recursive', label: 'Include folders inside it', kind: 'toggle' },
    { key: 'limit', label: 'At most', kind: 'number', min: 1, max: 100_000, unit: 'entries', advanced: true },
  ],
  summary: '{{ path }}',
  async run({ config, use }) {
    const entries = await use.files.list(config.path, { recursive: config.recursive, limit: config.limit });
    return { out: entries.map((entry) => ({ ...entry })) };
  },
});
