import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { errorPort } from '../../../shared/model/node-descriptor.ts';
import { defineNode } from './define-node.ts';

export const tryNode = defineNode({
  kind: 'flow.try',
  version: 1,
  family: 'flow',
  title: 'Try',
  description: 'Runs what hangs on “Try”; when something in it fails, stops the rest of it and goes on at “Error”.',
  icon: 'shield-alert',
  keywords: ['catch', 'error', 'exception', 'fallback', 'retry', 'region'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    { name: 'item', label: 'Try', schema: {} },
    { name: 'done', label: 'Result', schema: {} },
    {
      ...errorPort,
      schema: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          hint: { type: 'string' },
          node: { type: 'string' },
          step: { type: 'string' },
        },
      },
    },
  ],
  config: z.object({}),
  defaults: {},
  fields: [],
  control: 'try',
  async run() {
    // The engine runs the region itself; reaching this is a fault of ours.
    throw new AppError('internal', 'A region was run as if it were a step.');
  },
});
