import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const repeatNode = defineNode({
  kind: 'flow.repeat',
  version: 1,
  family: 'flow',
  title: 'Repeat',
  description: 'Runs what hangs on “Round” again and again, each time with what the last round gave, until a condition holds.',
  icon: 'repeat-2',
  keywords: ['loop', 'until', 'while', 'again', 'poll', 'iterate'],
  effect: 'none',
  needs: ['expressions'],
  inputs: [{ name: 'in', label: 'Start', schema: {} }],
  outputs: [
    { name: 'item', label: 'Round', schema: {} },
    { name: 'done', label: 'Result', schema: {} },
  ],
  config: z.object({
    until: z.string().min(1, 'needs an expression').max(20_000),
    maxTimes: z.number().int().min(1).max(100_000).default(100),
    atBound: z.enum(['fail', 'go-on']).default('fail'),
  }),
  defaults: { until: 'index >= 9', maxTimes: 100, atBound: 'fail' },
  fields: [
    {
      key: 'until',
      label: 'Until',
      kind: 'expression',
      lines: 2,
      required: true,
      help: 'JSONata, asked after each round: input is what the round gave, index its place from 0.',
      placeholder: 'input.status = "ready"',
    },
    { key: 'maxTimes', label: 'At most', kind: 'number', min: 1, max: 100_000, unit: 'times' },
    {
      key: 'atBound',
      label: 'When that is reached',
      kind: 'select',
      options: [
        { value: 'fail', label: 'Fail' },
        { value: 'go-on', label: 'Go on with the last result' },
      ],
    },
  ],
  summary: 'until {{ until }}',
  control: 'repeat',
  // The engine runs the rounds and asks here after each: what the round gave is the input.
  async run({ config, scope, use }) {
    const isEnough = await use.expressions.evaluate(`$boolean((${config.until}\n))`);
    return { [isEnough === true ? 'done' : 'item']: scope.input };
  },
});
