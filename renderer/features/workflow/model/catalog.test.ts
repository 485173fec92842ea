import { describe, expect, it } from 'vitest';
import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import { renderSummary, summaryOf } from './catalog.ts';

const schedule: NodeDescriptor = {
  kind: 'trigger.schedule',
  version: 1,
  entry: 'trigger.schedule',
  family: 'trigger',
  title: 'Schedule',
  description: '',
  icon: 'calendar-clock',
  keywords: [],
  effect: 'none',
  inputs: [],
  outputs: [],
  fields: [{ key: 'cron', label: 'Pattern', kind: 'schedule', zoneKey: 'zone', when: { key: 'mode', is: ['cron'] } }],
  defaults: {},
  summary: '{% if mode == "cron" %}{{ cron }} {{ zone }}{% else %}every {{ every }} {{ unit }}{% endif %}',
};

describe('the quiet line of a card', () => {
  it('says a schedule in words, in its zone', () => {
    expect(summaryOf(schedule, { mode: 'cron', cron: '0 8 * * 1-5', zone: '' })).toBe('Every weekday at 08:00');
    expect(summaryOf(schedule, { mode: 'cron', cron: '0 8 * * 1-5', zone: 'Europe/Berlin' })).toBe(
      'Every weekday at 08:00 (Europe/Berlin)',
    );
  });

  it('falls back to the summary where the schedule is not the one that counts', () => {
    expect(summaryOf(schedule, { mode: 'every', cron: '0 8 * * 1-5', every: 2, unit: 'hours' })).toBe('every 2 hours');
    expect(summaryOf({ ...schedule, fields: [] }, { mode: 'cron', cron: '* * * * *' })).toBe('* * * * *');
    expect(summaryOf(undefined, {})).toBe('');
  });

  it('runs nothing that a template says', () => {
    expect(renderSummary('{{ path | upcase }} {% assign x = 1 %}', { path: 'a.md' })).toBe('a.md');
    expect(renderSummary('{% if kind == "a" %}A{% endif %}', { kind: 'b' })).toBe('');
  });
});
