import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const switchNode = defineNode({
  kind: 'flow.switch',
  version: 1,
  family: 'flow',
  title: 'Switch',
  description: 'Sends its input to the first case whose expression is true, or to “Otherwise”.',
  icon: 'git-branch',
  keywords: ['case', 'route', 'branch', 'router'],
  effect: 'none',
  needs: ['expressions'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, required: true }],
  outputs: [{ name: 'otherwise', label: 'Otherwise', schema: {} }],
  outputsFromRows: { field: 'cases', column: 'name', schema: {} },
  config: z.object({
    cases: z
      .array(z.object({ name: z.string().min(1, 'needs a name').max(60), when: z.string().min(1, 'needs an expression').max(20_000) }))
      .max(50)
      .refine((cases) => new Set(cases.map((one) => one.name)).size === cases.length, 'has two cases of the same name')
      .refine(
        (cases) => cases.every((one) => one.name !== 'otherwise' && one.name !== 'error'),
        'may not name a case “otherwise” or “error”',
      ),
  }),
  defaults: { cases: [{ name: 'first', when: 'input' }] },
  fields: [
    {
      key: 'cases',
      label: 'Cases, tried in order',
      kind: 'rows',
      addLabel: 'Add a case',
      columns: [
        { key: 'name', label: 'Name', kind: 'text', placeholder: 'invoice' },
        { key: 'when', label: 'Is it true that', kind: 'expression', placeholder: 'input.kind = "invoice"' },
      ],
    },
  ],
  async run({ config, scope, use }) {
    for (const one of config.cases) {
      const truth = await use.expressions.evaluate(`$boolean((${one.when}\n))`);
      if (truth === true) return { [one.name]: scope.input };
    }
    return { otherwise: scope.input };
  },
});
