import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { defineNode } from './define-node.ts';

export const setVariableNode = defineNode({
  kind: 'flow.set-variable',
  version: 1,
  family: 'flow',
  title: 'Set variable',
  description: 'Sets a variable of the workflow; steps after it read it as vars.name.',
  icon: 'variable',
  keywords: ['assign', 'state', 'store', 'counter', 'remember', 'vars'],
  effect: 'none',
  needs: ['expressions', 'variables'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Value', schema: {} }],
  config: z.object({
    name: z.string().min(1, 'needs the name of a variable').max(64),
    how: z.enum(['expression', 'text']).default('expression'),
    expression: z.string().max(20_000).default('input'),
    text: z.string().max(100_000).default(''),
  }),
  defaults: { name: '', how: 'expression', expression: 'input', text: '' },
  fields: [
    { key: 'name', label: 'Variable', kind: 'text', required: true, placeholder: 'total' },
    {
      key: 'how',
      label: 'Set it to',
      kind: 'select',
      options: [
        { value: 'expression', label: 'What an expression gives' },
        { value: 'text', label: 'A text' },
      ],
    },
    {
      key: 'expression',
      label: 'Expression',
      kind: 'expression',
      lines: 2,
      when: { key: 'how', is: ['expression'] },
      help: 'JSONata over { input, inputs, vars, item, index, steps }.',
      placeholder: 'vars.total + input.price',
    },
    { key: 'text', label: 'Text', kind: 'template', lines: 2, when: { key: 'how', is: ['text'] } },
  ],
  summary: '{{ name }}',
  check: ({ how, expression }) =>
    how === 'expression' && expression.trim() === '' ? [{ field: 'expression', message: 'needs an expression.' }] : [],
  async run({ config, use: { expressions, variables } }) {
    const value = config.how === 'text' ? config.text : await expressions.evaluate(config.expression);
    if (value === undefined)
      throw new AppError('expression-empty', 'The expression found nothing.', {
        hint: 'Check the names in it against the input shown in the inspector, or give null to empty the variable.',
      });
    await variables.set(config.name, value);
    return { out: value };
  },
});
