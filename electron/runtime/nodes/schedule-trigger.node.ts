import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { missedRule } from '../../../shared/model/job.ts';
import { cronWords, everyMs, everyUnits, everyWords } from '../../../shared/model/schedule-words.ts';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { readSchedule } from '../triggers/schedule-times.ts';
import { defineNode } from './define-node.ts';

export const scheduleTriggerNode = defineNode({
  kind: 'trigger.schedule',
  version: 1,
  family: 'trigger',
  title: 'Schedule',
  description: 'Starts the workflow at set times: by a cron pattern in a time zone, or every so often.',
  icon: 'calendar-clock',
  keywords: ['cron', 'timer', 'every', 'daily', 'hourly', 'weekly', 'start', 'trigger', 'time'],
  effect: 'none',
  needs: ['clock'],
  control: 'trigger',
  inputs: [],
  outputs: [triggerOutput('Start', { dueAt: 'string', lateMs: 'number' })],
  config: z.object({
    mode: z.enum(['cron', 'every']).default('cron'),
    cron: z.string().trim().min(1, 'needs a pattern').max(200).default('0 8 * * 1-5'),
    zone: z.string().trim().max(80).default(''),
    every: z.number().int('must be a whole number').min(1).max(100_000).default(1),
    unit: z.enum(everyUnits).default('hours'),
    missed: missedRule.default('once'),
  }),
  defaults: { mode: 'cron', cron: '0 8 * * 1-5', zone: '', every: 1, unit: 'hours', missed: 'once' },
  fields: [
    {
      key: 'mode',
      label: 'When',
      kind: 'select',
      options: [
        { value: 'cron', label: 'At set times' },
        { value: 'every', label: 'Every so often' },
      ],
    },
    {
      key: 'cron',
      label: 'Pattern',
      kind: 'schedule',
      zoneKey: 'zone',
      required: true,
      placeholder: '0 8 * * 1-5',
      help: 'Minute, hour, day of the month, month, day of the week. 0 8 * * 1-5 is every weekday at 08:00.',
      when: { key: 'mode', is: ['cron'] },
    },
    {
      key: 'zone',
      label: 'Time zone',
      kind: 'text',
      placeholder: 'Europe/Berlin',
      help: 'Empty: this computer’s own. Daylight saving is followed: a time that spring leaves out is due right after the gap.',
      when: { key: 'mode', is: ['cron'] },
    },
    { key: 'every', label: 'Every', kind: 'number', min: 1, max: 100_000, when: { key: 'mode', is: ['every'] } },
    {
      key: 'unit',
      label: 'Unit',
      kind: 'select',
      options: everyUnits.map((value) => ({ value, label: value })),
      when: { key: 'mode', is: ['every'] },
      help: 'Counted from when the job is turned on.',
    },
    missedField(
      'Missed runs',
      { skip: 'Skip: none of them runs', once: 'Once: the newest runs, for all of them', all: 'All: each runs, at most the newest 1,000' },
      'What came due while Orrery was closed, the computer slept or its clock was set. Up to a minute late is on time.',
    ),
  ],
  summary: '{% if mode == "cron" %}{{ cron }} {{ zone }}{% else %}every {{ every }} {{ unit }}{% endif %}',
  trigger: {
    source: 'schedule',
    timing: ['mode', 'cron', 'zone', 'every', 'unit'],
    describe: ({ mode, cron, zone, every, unit }) => (mode === 'cron' ? cronWords(cron, zone) : everyWords(everyMs(every, unit))),
  },
  // Said in the editor already, and before anything runs: a schedule that never comes would only be silent.
  check(config) {
    try {
      readSchedule(config, Date.now());
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [{ field: error.place ?? 'cron', message: error.message }];
    }
  },
  async run({ use }) {
    return { out: { dueAt: new Date(use.clock.now()).toISOString(), lateMs: 0 } };
  },
});
