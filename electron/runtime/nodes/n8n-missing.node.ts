import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { jsonObject } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

export const n8nMissingNode = defineNode({
  kind: 'n8n.missing',
  version: 1,
  family: 'tool',
  title: 'Not available here',
  description: 'Stands in for an imported n8n node that cannot run here. It says why, and fails when it is reached.',
  icon: 'circle-slash',
  keywords: ['n8n', 'import', 'placeholder'],
  imported: { offered: false },
  effect: 'none',
  needs: [],
  control: 'merge',
  inputs: [{ name: 'in', label: 'Items', schema: {}, many: true }],
  outputs: [],
  outputsFromRows: { field: 'outputs', column: 'name', schema: {} },
  config: z.object({
    name: z.string().default(''),
    type: z.string().default(''),
    reason: z.string().default(''),
    parameters: jsonObject.default({}),
    outputs: z
      .array(z.object({ name: z.string().min(1).max(60) }))
      .max(100)
      .default([]),
  }),
  defaults: { name: '', type: '', reason: '', parameters: {}, outputs: [{ name: 'items' }] },
  fields: [
    { key: 'reason', label: 'Why not', kind: 'long-text' },
    { key: 'type', label: 'n8n type', kind: 'text' },
    { key: 'parameters', label: 'Parameters', kind: 'json' },
  ],
  summary: '{{ type }}',
  async run({ config }) {
    throw new AppError('n8n-node-missing', `“${config.name}” cannot run here: ${config.reason}`, {
      hint: 'Put another step in its place and connect it the same way.',
    });
  },
});
