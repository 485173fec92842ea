import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { defineNode } from './define-node.ts';

export const cleanUpNode = defineNode({
  kind: 'flow.clean-up',
  version: 1,
  family: 'flow',
  title: 'Clean up',
  description: 'What hangs on it runs last, when the run was stopped or has failed; the run ends only after it.',
  icon: 'trash-2',
  keywords: ['finally', 'stop', 'cancel', 'failed', 'undo', 'compensate', 'end'],
  effect: 'none',
  needs: [],
  inputs: [],
  outputs: [
    {
      name: 'out',
      label: 'When it ends',
      schema: { type: 'object', properties: { status: { type: 'string' }, error: { type: ['object', 'null'] } } },
    },
  ],
  config: z.object({
    when: z.enum(['stopped', 'failed', 'both']).default('both'),
    seconds: z.number().min(1).max(3600).default(60),
  }),
  defaults: { when: 'both', seconds: 60 },
  fields: [
    {
      key: 'when',
      label: 'When the run',
      kind: 'select',
      options: [
        { value: 'both', label: 'was stopped or has failed' },
        { value: 'stopped', label: 'was stopped' },
        { value: 'failed', label: 'has failed' },
      ],
    },
    { key: 'seconds', label: 'Within', kind: 'number', min: 1, max: 3600, unit: 's', help: 'After that it is stopped, and the run ends.' },
  ],
  control: 'clean-up',
  async run() {
    // The engine runs what hangs on it; reaching this is a fault of ours.
    throw new AppError('internal', 'A clean-up was run as if it were a step.');
  },
});
