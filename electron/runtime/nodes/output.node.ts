import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const outputNode = defineNode({
  kind: 'flow.output',
  version: 1,
  family: 'output',
  title: 'Output',
  description: 'Names a result of the run. It is printed by the command line and returned to a workflow that runs this one.',
  icon: 'log-out',
  keywords: ['result', 'return', 'end', 'print'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Value', schema: {}, required: true }],
  outputs: [{ name: 'out', label: 'Value', schema: {}, atEnd: true }],
  config: z.object({ name: z.string().min(1, 'needs a name').max(80) }),
  defaults: { name: 'result' },
  fields: [{ key: 'name', label: 'Name', kind: 'text', required: true }],
  summary: '{{ name }}',
  async run({ scope }) {
    return { out: scope.input };
  },
});
