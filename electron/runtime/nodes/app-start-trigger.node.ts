import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const appStartTriggerNode = defineNode({
  kind: 'trigger.app-start',
  version: 1,
  family: 'trigger',
  title: 'Orrery starts',
  description: 'Starts the workflow once each time the app or the headless host starts.',
  icon: 'power',
  keywords: ['boot', 'launch', 'login', 'begin', 'start', 'trigger'],
  effect: 'none',
  needs: ['clock'],
  control: 'trigger',
  inputs: [],
  outputs: [{ name: 'out', label: 'Start', schema: { type: 'object', properties: { startedAt: { type: 'string' } } } }],
  config: z.object({ missed: z.literal('skip').default('skip') }),
  defaults: { missed: 'skip' },
  fields: [
    {
      key: 'missed',
      label: 'Missed starts',
      kind: 'select',
      options: [{ value: 'skip', label: 'Skip: a start that was cut short is not made up for' }],
      help: 'Commands of the command line do not count as a start.',
    },
  ],
  trigger: { source: 'app-start', describe: () => 'When Orrery starts' },
  async run({ use }) {
    return { out: { startedAt: new Date(use.clock.now()).toISOString() } };
  },
});
