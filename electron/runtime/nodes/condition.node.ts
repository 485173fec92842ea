import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const conditionNode = defineNode({
  kind: 'flow.condition',
  version: 1,
  family: 'flow',
  title: 'Condition',
  description: 'Sends its input one way when an expression is true, and the other way when it is not.',
  icon: 'split',
  keywords: ['if', 'else', 'branch', 'filter', 'when'],
  effect: 'none',
  needs: ['expressions'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, required: true }],
  outputs: [
    { name: 'true', label: 'True', schema: {} },
    { name: 'false', label: 'Otherwise', schema: {} },
  ],
  config: z.object({ expression: z.string().min(1, 'needs an expression').max(20_000) }),
  defaults: { expression: 'input' },
  fields: [
    {
      key: 'expression',
      label: 'Is it true that',
      kind: 'expression',
      lines: 2,
      required: true,
      help: 'JSONata. Empty, 0, "", [], {} and nothing count as false.',
      placeholder: '$contains(input.name, ".md")',
    },
  ],
  summary: '{{ expression }}',
  async run({ config, scope, use }) {
    // $boolean is JSONata's own rule for what counts as true, so the person meets one rule only.
    const truth = await use.expressions.evaluate(`$boolean((${config.expression}\n))`);
    return { [truth === true ? 'true' : 'false']: scope.input };
  },
});
