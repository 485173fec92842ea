import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { defineNode } from './define-node.ts';

export const transformNode = defineNode({
  kind: 'data.transform',
  version: 1,
  family: 'data',
  title: 'Transform JSON',
  description: 'Picks, reshapes and sums data with a JSONata expression.',
  icon: 'braces',
  keywords: ['jsonata', 'map', 'filter', 'sort', 'set', 'code', 'expression', 'pick'],
  effect: 'none',
  needs: ['expressions'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, many: true }],
  outputs: [{ name: 'out', label: 'Result', schema: {} }],
  config: z.object({ expression: z.string().min(1, 'needs an expression').max(20_000) }),
  defaults: { expression: 'input' },
  fields: [
    {
      key: 'expression',
      label: 'Expression',
      kind: 'expression',
      lines: 5,
      required: true,
      help: 'JSONata over { input, inputs, vars, item, index, steps }.',
      placeholder: 'input.entries[size > 0].name',
    },
  ],
  summary: '{{ expression }}',
  async run({ config, use }) {
    const value = await use.expressions.evaluate(config.expression);
    if (value === undefined)
      throw new AppError('expression-empty', 'The expression found nothing.', {
        hint: 'Check the names in it against the input shown in the inspector, or give a default, e.g. (expression) ? (expression) : null.',
      });
    return { out: value };
  },
});
