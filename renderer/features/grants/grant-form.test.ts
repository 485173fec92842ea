import { expect, it } from 'vitest';
import { grantView } from '../../../shared/model/policy.ts';
import { draftOf, emptyForm, formOf, isFault } from './grant-form.ts';

const view = (conditions: object) =>
  grantView.parse({
    id: 'g1',
    subject: { kind: 'agent', agent: 'ada' },
    effect: 'allow',
    kind: 'tool-call',
    server: 'mail',
    tool: 'send',
    conditions,
    createdAt: 1,
    from: 'x',
    uses: 0,
    who: 'Ada',
    words: [],
    state: 'active',
  });

it('what is edited and not changed stays as it was, texts with line ends and signs of equality too', () => {
  const until = new Date(2026, 10, 21, 8, 30).getTime();
  const conditions = {
    args: { body: 'a = b\nc\\*', to: '*@example.org' },
    folders: ['/a b', '/c'],
    hosts: ['*.example.org'],
    perHour: 3,
    until,
    hours: { from: '08:00', to: '18:00' },
  };
  const before = view(conditions);
  const draft = draftOf(formOf(before), before);
  if (isFault(draft)) throw new Error(draft.code);
  expect(draft).toEqual({ subject: before.subject, effect: 'allow', kind: 'tool-call', server: 'mail', tool: 'send', conditions });
});

it('reads what is typed, and names what cannot be read', () => {
  const form = { ...emptyForm, tool: 'files.*', args: ' to = *@a.org \n', folders: '/x\n\n/y', perHour: '5', subject: 'server mail' };
  expect(draftOf(form, undefined)).toEqual({
    subject: { kind: 'server', server: 'mail' },
    effect: 'allow',
    kind: 'tool-call',
    server: 'files',
    tool: '*',
    conditions: { args: { to: '*@a.org' }, folders: ['/x', '/y'], perHour: 5 },
  });
  expect(draftOf({ ...form, args: 'nonsense' }, undefined)).toEqual({ field: 'args', code: 'badArgs' });
  expect(draftOf({ ...form, hoursFrom: '08:00' }, undefined)).toEqual({ field: 'hoursFrom', code: 'badHours' });
});
