import { z } from 'zod';
import { missedRule } from '../../../shared/model/job.ts';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

export const runFinishedTriggerNode = defineNode({
  kind: 'trigger.run-finished',
  version: 1,
  family: 'trigger',
  title: 'A run ends',
  description: 'Starts the workflow when a run of another one is done, fails or is stopped.',
  icon: 'flag',
  keywords: ['after', 'chain', 'finished', 'failed', 'done', 'error', 'start', 'trigger'],
  effect: 'none',
  needs: [],
  control: 'trigger',
  inputs: [],
  outputs: [
    triggerOutput('Ended run', { run: 'string', number: 'number', title: 'string', status: 'string', outputs: 'object', error: 'string' }),
  ],
  config: z.object({
    workflow: z.string().min(1, 'needs a workflow').max(80),
    status: z.enum(['any', 'done', 'failed', 'cancelled']).default('any'),
    missed: missedRule.default('all'),
  }),
  defaults: { workflow: '', status: 'any', missed: 'all' },
  fields: [
    { key: 'workflow', label: 'Runs of', kind: 'workflow', required: true },
    {
      key: 'status',
      label: 'That',
      kind: 'select',
      options: [
        { value: 'any', label: 'end, however they do' },
        { value: 'done', label: 'are done' },
        { value: 'failed', label: 'fail' },
        { value: 'cancelled', label: 'are stopped' },
      ],
      help: 'Runs inside other runs do not count. Eight runs that start each other are the most; then the job stops.',
    },
    missedField('Missed ends', {
      skip: 'Skip: runs that ended just as Orrery closed start nothing',
      once: 'Once: the newest of them',
      all: 'All: each of them',
    }),
  ],
  summary: '{{ status }}',
  trigger: {
    source: 'run-finished',
    describe: ({ status }) =>
      ({
        any: 'When a run of another workflow ends',
        done: 'When a run of another workflow is done',
        failed: 'When a run of another workflow fails',
        cancelled: 'When a run of another workflow is stopped',
      })[status],
  },
  async run({ config }) {
    const status = config.status === 'any' ? 'done' : config.status;
    return { out: { run: '', number: 0, title: '', workflow: config.workflow, status, outputs: {}, chain: 1 } };
  },
});
