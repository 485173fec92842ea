import { expect, it } from 'vitest';
import { grantView } from '../../../shared/model/policy.ts';
import { draftOf, emptyForm, fieldAt, formOf, isFault, withKind } from './grant-form.ts';

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
  const until = new Date(2026, 10, 21, 8, 30, 12).getTime();
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
  expect(draftOf({ ...form, tool: '' }, undefined)).toEqual({ field: 'tool', code: 'noTool' });
});

it('makes no grant that would never hold', () => {
  const form = { ...emptyForm, tool: 'files.*' };
  const now = new Date(2026, 10, 21, 8, 30).getTime();
  const until = (text: string, before?: ReturnType<typeof view>) => draftOf({ ...form, until: text }, before, now);
  expect(until('2026-11-21T08:30')).toEqual({ field: 'until', code: 'pastUntil' });
  expect(until('2026-11-21T08:31')).toMatchObject({ conditions: { until: now + 60_000 } });
  // One that is over already can still be changed in other parts.
  expect(until('2026-11-20T08:30', view({ until: now - 86_400_000 }))).toMatchObject({ conditions: { until: now - 86_400_000 } });
  expect(draftOf({ ...form, hoursFrom: '22:00', hoursTo: '06:00' }, undefined)).toMatchObject({ conditions: { hours: { from: '22:00' } } });
  expect(draftOf({ ...form, hoursFrom: '08:00', hoursTo: '08:00' }, undefined)).toEqual({ field: 'hoursFrom', code: 'sameHours' });
});

it('what a program may use is chosen by name; another choice takes its place, and other arguments stay', () => {
  const program = (args: Record<string, string>) => ({
    ...view({ args, perHour: 2 }),
    subject: { kind: 'client' as const, client: 'My editor' },
    ...{ kind: 'serve' as const, server: undefined, tool: undefined, target: 'run_workflow' },
  });
  const one = program({ workflow: 'w1', inputs: '*' });
  expect(formOf(one)).toMatchObject({ about: 'w1', args: 'inputs = *' });
  expect(draftOf(formOf(one), one)).toMatchObject({ target: 'run_workflow', conditions: { args: { workflow: 'w1', inputs: '*' } } });
  expect(draftOf({ ...formOf(one), about: 'w2' }, one)).toMatchObject({ conditions: { args: { workflow: 'w2', inputs: '*' } } });
  expect(draftOf({ ...formOf(one), about: '' }, one)).toMatchObject({ conditions: { args: { inputs: '*' } } });
  const only = program({ workflow: 'w1' });
  expect(draftOf({ ...formOf(only), target: '*', about: '' }, only)).toMatchObject({ target: '*', conditions: { perHour: 2 } });
  expect(draftOf({ ...formOf(only), about: '' }, only)).not.toHaveProperty('conditions.args');
  // A pattern is no name.
  const many = program({ workflow: 'w*' });
  expect(formOf(many)).toMatchObject({ about: '', args: 'workflow = w*' });
  expect(draftOf(formOf(many), many)).toMatchObject({ conditions: { args: { workflow: 'w*' } } });
});

it('the host’s word about a field is shown at that field', () => {
  expect(fieldAt('draft.conditions.tokensPerDay')).toBe('tokens');
  expect(fieldAt('draft.conditions.folders[2]')).toBe('folders');
  expect(fieldAt('draft.target')).toBe('target');
  expect(fieldAt('draft.conditions.hours.from')).toBe('hoursFrom');
  expect(fieldAt('id')).toBeUndefined();
  expect(fieldAt(undefined)).toBeUndefined();
});

it('what Orrery offers is for a program: no other may be chosen for it', () => {
  const form = { ...emptyForm, ...withKind(emptyForm, 'serve') };
  expect(form).toMatchObject({ subject: '', target: '*' });
  expect(draftOf(form, undefined)).toEqual({ field: 'subject', code: 'noProgram' });
  expect(draftOf({ ...form, subject: 'agent ada' }, undefined)).toEqual({ field: 'subject', code: 'noProgram' });
  const mine = { ...form, subject: 'client My editor' };
  expect(draftOf(mine, undefined)).toMatchObject({ subject: { kind: 'client', client: 'My editor' }, kind: 'serve', target: '*' });
  expect({ ...form, ...withKind(form, 'network') }).toMatchObject({ subject: 'everyone', target: '' });
  expect(withKind(mine, 'serve')).toEqual({ kind: 'serve', about: '' });
});
