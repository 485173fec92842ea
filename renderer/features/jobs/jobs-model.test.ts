import { describe, expect, it } from 'vitest';
import { type Job, job } from '../../../shared/model/job.ts';
import { byDay, curlOf, folded, fullAddress, groupsOf, iconOf, maskedAddress, stateOf, withNextOfEach, wordsOf } from './jobs-model.ts';

const trouble = { code: 'folder-not-found', message: 'The folder is gone.', retryable: false };
const one = (title: string, more: Partial<Job> = {}): Job => ({
  ...job.parse({
    id: title.toLowerCase(),
    workflow: 'w1',
    title,
    node: 'n1',
    kind: 'trigger.schedule',
    when: 'Every day at 08:00',
    isOn: true,
    grant: {},
    inputs: {},
    createdAt: 0,
    updatedAt: 0,
  }),
  ...more,
});

describe('the list of jobs', () => {
  it('puts trouble first, then what is due soonest, then names; what is off stands apart', () => {
    const jobs = [
      one('Zeta', { nextDueAt: 100 }),
      one('Alpha', { nextDueAt: 200 }),
      one('Watch'),
      one('Broken', { trouble }),
      one('Idle', { isOn: false, nextDueAt: 1 }),
      one('Ask', { isOn: false }),
    ];
    const groups = groupsOf(jobs);
    expect(groups.on.map(({ title }) => title)).toEqual(['Broken', 'Zeta', 'Alpha', 'Watch']);
    expect(groups.off.map(({ title }) => title)).toEqual(['Ask', 'Idle']);
  });

  it('says one thing of each: what is wrong, then what waits', () => {
    expect(stateOf(one('a', { trouble }), 2)).toBe('trouble');
    expect(stateOf(one('a', { trouble, isOn: false }), 0)).toBe('off');
    expect(stateOf(one('a', { isOn: false }), 1)).toBe('waiting');
    expect(stateOf(one('a'), 0)).toBe('on');
  });

  it('has an icon for every trigger, also for ones it does not know', () => {
    expect(['trigger.schedule', 'trigger.webhook', 'trigger.from-a-plugin'].map(iconOf)).toEqual(['calendar-clock', 'webhook', 'zap']);
  });
});

it('groups times under their days', () => {
  const now = new Date(2026, 10, 22, 10).getTime();
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).getTime() });
  const days = byDay([at(22, 12), at(22, 23), at(23, 0), at(25, 8)], now);
  expect(days.map(({ entries }) => entries.length)).toEqual([2, 1, 1]);
});

it('sums up what comes again and again on one day', () => {
  const hourly = Array.from({ length: 11 }, (_, index) => ({ job: 'a', at: index }));
  const shown = folded([...hourly.slice(0, 5), { job: 'b', at: 5 }, ...hourly.slice(5)]);
  expect(shown.map(({ job, at }) => `${job}${at}`)).toEqual(['a0', 'a1', 'a2', 'a3', 'b5']);
  expect(shown[3]?.rest).toEqual({ count: 8, until: 10 });
  expect(folded(hourly.slice(0, 4)).every(({ rest }) => rest === undefined)).toBe(true);
});

it('lists the next time of each job, however often another one runs', () => {
  const list = [{ job: job.shape.id.parse('busy'), title: 'Busy', at: 1, isKept: true }];
  const rare = one('Rare', { nextDueAt: 500 });
  const off = one('Off', { nextDueAt: 2, isOn: false });
  expect(withNextOfEach(list, [rare, off]).map(({ title, at }) => `${title} ${at}`)).toEqual(['Busy 1', 'Rare 500']);
});

it('says a grant part by part', () => {
  const grant = job.shape.grant.parse({
    tools: [
      { server: 'files', tool: '*', effect: 'allow' },
      { server: 'web', tool: 'fetch', effect: 'allow' },
      { server: 'mail', tool: 'send', effect: 'deny' },
    ],
    folders: ['/home/ada'],
  });
  expect(wordsOf(grant)).toEqual({
    tools: [{ server: 'files' }, { server: 'web', tool: 'fetch' }],
    denied: ['mail.send'],
    folders: ['/home/ada'],
    hosts: [],
  });
});

it('shows a webhook’s address with and without its secret', () => {
  const bare = { url: 'http://127.0.0.1:4173/hooks/j1', token: 's3cret' };
  const whole = { ...bare, url: `${bare.url}/s3cret` };
  expect([fullAddress(bare), fullAddress(whole)]).toEqual([whole.url, whole.url]);
  expect(maskedAddress(whole)).toBe('http://127.0.0.1:4173/hooks/j1/••••••••');
  expect(curlOf("http://h/it's")).toContain("'http://h/it'\\''s'");
});
