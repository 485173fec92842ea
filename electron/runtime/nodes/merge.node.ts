import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const mergeNode = defineNode({
  kind: 'flow.merge',
  version: 1,
  family: 'flow',
  title: 'Merge',
  description: 'Brings branches together again: the first that arrived, all as a list, or objects joined into one.',
  icon: 'merge',
  keywords: ['join', 'combine', 'wait', 'collect'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Branches', schema: {}, many: true, required: true }],
  outputs: [{ name: 'out', label: 'Merged', schema: {} }],
  config: z.object({ mode: z.enum(['first', 'list', 'object']).default('first') }),
  defaults: { mode: 'first' },
  fields: [
    {
      key: 'mode',
      label: 'Give',
      kind: 'select',
      options: [
        { value: 'first', label: 'The first branch that has something' },
        { value: 'list', label: 'All as a list' },
        { value: 'object', label: 'All objects joined into one' },
      ],
    },
  ],
  control: 'merge',
  async run({ config, scope }) {
    const values = Array.isArray(scope.input) ? scope.input : [scope.input];
    if (config.mode === 'list') return { out: values };
    if (config.mode === 'first') return { out: values[0] ?? null };
    const joined: Record<string, (typeof values)[number]> = {};
    for (const value of values) if (value !== null && typeof value === 'object' && !Array.isArray(value)) Object.assign(joined, value);
    return { out: joined };
  },
});
