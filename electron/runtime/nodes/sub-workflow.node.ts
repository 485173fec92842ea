import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

export const subWorkflowNode = defineNode({
  kind: 'flow.workflow',
  version: 1,
  family: 'flow',
  title: 'Run a workflow',
  description: 'Runs another workflow as a run of its own and gives its outputs.',
  icon: 'workflow',
  keywords: ['sub-workflow', 'call', 'nested', 'reuse'],
  effect: 'idempotent',
  needs: ['workflows'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Outputs', schema: { type: 'object' } }],
  config: z.object({
    workflow: z.string().min(1, 'needs a workflow'),
    inputs: z
      .array(z.object({ name: z.string().min(1), value: z.string() }))
      .max(50)
      .default([]),
  }),
  defaults: { workflow: '', inputs: [] },
  fields: [
    { key: 'workflow', label: 'Workflow', kind: 'workflow', required: true },
    {
      key: 'inputs',
      label: 'Inputs',
      kind: 'rows',
      addLabel: 'Set an input',
      help: 'Read by the kind of that input: a number input takes 3, a JSON input ["a"], a text input any text as it is.',
      columns: [
        { key: 'name', label: 'Name', kind: 'text' },
        { key: 'value', label: 'Value', kind: 'template' },
      ],
    },
  ],
  async run({ config, use }) {
    const inputs: Record<string, JsonValue> = {};
    for (const { name, value } of config.inputs) {
      if (name in inputs) throw new AppError('input-twice', `The input “${name}” is set twice.`, { hint: 'Remove one of the two rows.' });
      inputs[name] = value;
    }
    return { out: await use.workflows.run(config.workflow, inputs) };
  },
});
