import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { listSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const forEachNode = defineNode({
  kind: 'flow.for-each',
  version: 1,
  family: 'flow',
  title: 'For each',
  description: 'Runs what hangs on “Item” once for each element of a list, then sends the list of results on.',
  icon: 'repeat',
  keywords: ['loop', 'iterate', 'map', 'each', 'batch'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'List', schema: listSchema(), required: true }],
  outputs: [
    { name: 'item', label: 'Item', schema: {} },
    { name: 'done', label: 'Results', schema: listSchema() },
    // Fires only when failures are collected and there are some: { index, item, code, message, hint }.
    { name: 'failed', label: 'Failed', schema: listSchema() },
  ],
  config: z.object({
    concurrency: z.number().int().min(1).max(64).default(1),
    onItemError: z.enum(['stop', 'skip', 'collect']).default('stop'),
  }),
  defaults: { concurrency: 4, onItemError: 'stop' },
  fields: [
    { key: 'concurrency', label: 'At a time', kind: 'number', min: 1, max: 64 },
    {
      key: 'onItemError',
      label: 'When one fails',
      kind: 'select',
      options: [
        { value: 'stop', label: 'Stop the run' },
        { value: 'skip', label: 'Leave it out (its result is empty)' },
        { value: 'collect', label: 'Leave it out, and send it out of “Failed”' },
      ],
    },
  ],
  summary: '{{ concurrency }} at a time',
  control: 'loop',
  async run() {
    // The engine runs loops itself; reaching this is a fault of ours.
    throw new AppError('internal', 'A loop was run as if it were a step.');
  },
});
