import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const mergeNode = defineNode({
  kind: 'flow.merge',
  version: 1,
  family: 'flow',
  title: 'Merge',
  description: 'Brings branches together again: waits for all of them, or goes on with the first that comes.',
  icon: 'merge',
  keywords: ['join', 'combine', 'wait', 'collect', 'race', 'any', 'first'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Branches', schema: {}, many: true, required: true }],
  outputs: [
    { name: 'out', label: 'Merged', schema: {} },
    // Fires only when it does not wait for all: the ids of the nodes whose values it took. The engine adds it.
    { name: 'from', label: 'Came from', schema: { type: 'array', items: { type: 'string' } } },
  ],
  config: z.object({ wait: z.enum(['all', 'any', 'first']).default('all'), mode: z.enum(['first', 'list', 'object']).default('first') }),
  defaults: { wait: 'all', mode: 'first' },
  fields: [
    {
      key: 'wait',
      label: 'Go on',
      kind: 'select',
      help: 'Branches that were not taken do not count. What comes after it went on is dropped; those branches go on to their end.',
      options: [
        { value: 'all', label: 'When all branches have come' },
        { value: 'any', label: 'As soon as one has come, with all that are there by then' },
        { value: 'first', label: 'As soon as one has come, with that one alone' },
      ],
    },
    {
      key: 'mode',
      label: 'Give',
      kind: 'select',
      help: 'With one branch alone, it is what that one gave.',
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
    if (config.wait === 'first' || config.mode === 'first') return { out: values[0] ?? null };
    if (config.mode === 'list') return { out: values };
    const joined: Record<string, (typeof values)[number]> = {};
    for (const value of values) if (value !== null && typeof value === 'object' && !Array.isArray(value)) Object.assign(joined, value);
    return { out: joined };
  },
});
