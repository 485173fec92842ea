import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { defineNode } from './define-node.ts';

export const codeNode = defineNode({
  kind: 'data.code',
  version: 1,
  family: 'data',
  title: 'JavaScript',
  description: 'Runs JavaScript over its input in a sandbox without files, network or timers.',
  icon: 'code',
  keywords: ['javascript', 'js', 'code', 'function', 'script', 'program', 'map', 'filter', 'reduce', 'sandbox'],
  effect: 'none',
  needs: ['scripts'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, many: true }],
  outputs: [{ name: 'out', label: 'Result', schema: {} }],
  config: z.object({
    code: z.string().min(1, 'needs a script').max(100_000),
    seconds: z.number().min(0.1, 'must be at least 0.1 s').max(120, 'must be at most 120 s').default(10),
  }),
  defaults: { code: 'return input;', seconds: 10 },
  fields: [
    {
      key: 'code',
      label: 'Script',
      kind: 'long-text',
      required: true,
      help: 'Has { input, inputs, vars, item, index, steps } and console.log. What it returns must be JSON.',
      placeholder: 'return input.entries.filter((entry) => entry.size > 0);',
    },
    { key: 'seconds', label: 'Stop after', kind: 'number', min: 0.1, max: 120, unit: 's' },
  ],
  summary: '{{ code }}',
  async run({ config, scope, use, firstStartedAt }) {
    const { input, inputs, vars, steps, item = null, index = null } = scope;
    // The clock stands still at the start of the step, so that the same input gives the same.
    const globals = { input, inputs, vars, steps, item, index, $clock: { now: firstStartedAt } };
    const value = await use.scripts.run(config.code, globals, { timeoutMs: config.seconds * 1000 });
    if (value === undefined)
      throw new AppError('script-empty', 'The script returned nothing.', {
        hint: 'End it with “return” and a value, e.g. return input; or return null;',
      });
    return { out: value };
  },
});
