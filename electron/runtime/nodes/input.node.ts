import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { jsonValue } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

export const inputNode = defineNode({
  kind: 'flow.input',
  version: 1,
  family: 'trigger',
  title: 'Input',
  description: 'A value asked for when the run starts. A folder or file given here may be read and written by this run.',
  icon: 'log-in',
  keywords: ['parameter', 'argument', 'variable', 'ask', 'folder'],
  effect: 'none',
  needs: [],
  inputs: [],
  outputs: [{ name: 'out', label: 'Value', schema: {} }],
  config: z.object({
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores'),
    label: z.string().default(''),
    type: z.enum(['text', 'number', 'toggle', 'folder', 'file', 'json']).default('text'),
    required: z.boolean().default(true),
    default: jsonValue.optional(),
  }),
  defaults: { name: 'value', label: '', type: 'text', required: true },
  fields: [
    {
      key: 'name',
      label: 'Name',
      kind: 'text',
      required: true,
      help: 'Other nodes see it as `vars.<name>`; the command line sets it with --set.',
    },
    { key: 'label', label: 'Question', kind: 'text', placeholder: 'Which folder?' },
    {
      key: 'type',
      label: 'Kind of value',
      kind: 'select',
      options: [
        { value: 'text', label: 'Text' },
        { value: 'number', label: 'Number' },
        { value: 'toggle', label: 'Yes or no' },
        { value: 'folder', label: 'Folder' },
        { value: 'file', label: 'File' },
        { value: 'json', label: 'JSON' },
      ],
    },
    { key: 'required', label: 'Must be given', kind: 'toggle' },
    { key: 'default', label: 'Default', kind: 'json', help: 'Used when nothing is given, e.g. "notes" or 3.' },
  ],
  summary: '{{ name }}',
  async run({ config, scope }) {
    const value = scope.vars[config.name] ?? config.default;
    if (value === undefined) {
      if (config.required)
        throw new AppError('input-missing', `The input “${config.name}” was not given.`, {
          hint: `Run again with a value for “${config.label || config.name}”.`,
        });
      return { out: null };
    }
    return { out: value };
  },
});
