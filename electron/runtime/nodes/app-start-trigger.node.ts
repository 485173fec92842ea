import { z } from 'zod';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
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
  outputs: [triggerOutput('Start', { startedAt: 'string' })],
  config: z.object({ missed: z.literal('skip').default('skip') }),
  defaults: { missed: 'skip' },
  fields: [
    missedField(
      'Missed starts',
      { skip: 'Skip: a start that was cut short is not made up for' },
      'Commands of the command line do not count as a start.',
    ),
  ],
  trigger: { source: 'app-start', describe: () => 'When Orrery starts' },
  async run({ use }) {
    return { out: { startedAt: new Date(use.clock.now()).toISOString() } };
  },
});
