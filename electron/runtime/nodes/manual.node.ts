import { z } from 'zod';
import { triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

export const manualNode = defineNode({
  kind: 'trigger.manual',
  version: 1,
  family: 'trigger',
  title: 'Run by hand',
  description: 'Starts the workflow when a person runs it, and gives the time and the run’s inputs.',
  icon: 'play',
  keywords: ['start', 'trigger', 'manual', 'begin'],
  effect: 'none',
  needs: ['clock'],
  inputs: [],
  outputs: [triggerOutput('Start', { startedAt: 'string', inputs: 'object' })],
  config: z.object({}),
  defaults: {},
  fields: [],
  control: 'trigger',
  async run({ scope, use }) {
    return { out: { startedAt: new Date(use.clock.now()).toISOString(), inputs: scope.vars } };
  },
});
