import { z } from 'zod';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

export const clipboardTriggerNode = defineNode({
  kind: 'trigger.clipboard',
  version: 1,
  family: 'trigger',
  title: 'Text is copied',
  description: 'Starts the workflow when text is copied anywhere on this computer. Needs the desktop app.',
  icon: 'clipboard-copy',
  keywords: ['clipboard', 'copy', 'paste', 'start', 'trigger'],
  effect: 'none',
  needs: [],
  control: 'trigger',
  inputs: [],
  outputs: [triggerOutput('Text', { text: 'string' })],
  config: z.object({
    contains: z.string().max(400).default(''),
    minLength: z.number().int().min(1).max(100_000).default(1),
    missed: z.literal('skip').default('skip'),
  }),
  defaults: { contains: '', minLength: 1, missed: 'skip' },
  fields: [
    {
      key: 'contains',
      label: 'Only text that contains',
      kind: 'text',
      placeholder: 'https://',
      help: 'Empty: every text. What is copied may be a password, and is kept with the run: say what you want as narrowly as you can. What a password manager marks as such is not read.',
    },
    { key: 'minLength', label: 'At least', kind: 'number', min: 1, max: 100_000, unit: 'characters', advanced: true },
    missedField('Missed texts', { skip: 'Skip: what is copied while Orrery is closed is not seen' }),
  ],
  summary: '{{ contains }}',
  trigger: {
    source: 'clipboard',
    describe: ({ contains }) => (contains === '' ? 'When text is copied' : `When text with “${contains}” is copied`),
  },
  async run({ config }) {
    return { out: { text: config.contains } };
  },
});
