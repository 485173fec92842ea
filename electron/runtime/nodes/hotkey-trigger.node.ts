import { z } from 'zod';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

export const hotkeyTriggerNode = defineNode({
  kind: 'trigger.hotkey',
  version: 1,
  family: 'trigger',
  title: 'Hotkey',
  description: 'Starts the workflow when keys are pressed, in whatever program. Needs the desktop app.',
  icon: 'keyboard',
  keywords: ['shortcut', 'key', 'keyboard', 'start', 'trigger'],
  effect: 'none',
  needs: ['clock'],
  control: 'trigger',
  inputs: [],
  outputs: [triggerOutput('Press', { keys: 'string', pressedAt: 'string' })],
  config: z.object({
    keys: z
      .string()
      .trim()
      .min(1, 'needs keys')
      .max(80)
      .regex(/^(?:(?:CommandOrControl|CmdOrCtrl|Command|Cmd|Control|Ctrl|Alt|Option|AltGr|Shift|Super|Meta)\+)+[A-Za-z0-9]+$|^F\d{1,2}$/, {
        message: 'must be keys such as CommandOrControl+Alt+J or F9',
      })
      // Held everywhere: Ctrl+C or Shift+A would be taken from every other program.
      .refine((keys) => /^F\d/.test(keys) || /(?:Super|Meta)\+/.test(keys) || keys.split('+').length > 2, {
        message: 'needs two keys such as Control and Alt with the letter, so that it takes none from other programs',
      }),
    missed: z.literal('skip').default('skip'),
  }),
  defaults: { keys: 'CommandOrControl+Alt+J', missed: 'skip' },
  fields: [
    {
      key: 'keys',
      label: 'Keys',
      kind: 'text',
      required: true,
      placeholder: 'CommandOrControl+Alt+J',
      help: 'Keys that another program holds are refused.',
    },
    missedField('Missed presses', { skip: 'Skip: keys pressed while Orrery is closed do nothing' }),
  ],
  summary: '{{ keys }}',
  trigger: { source: 'hotkey', timing: ['keys'], describe: ({ keys }) => `When ${keys} is pressed` },
  async run({ config, use }) {
    return { out: { keys: config.keys, pressedAt: new Date(use.clock.now()).toISOString() } };
  },
});
