import { expect, it } from 'vitest';
import type { GrantSubject, StandingGrant } from '../../../shared/model/policy.ts';
import { refuseForbidden } from './secret-use.ts';

const job: GrantSubject = { kind: 'job', job: 'j' as never };
const bank = { secrets: ['other', 'bank'] as never, receiver: { name: 'mail.send' }, subjects: [job] };
const refused = (grant: object): boolean => {
  const deny = { effect: 'deny', kind: 'secret-use', conditions: {}, ...grant } as unknown as StandingGrant;
  try {
    refuseForbidden({ forKind: (subjects) => (subjects.length === 2 ? [deny] : []) }, bank);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'denied', message: expect.stringContaining('mail.send') });
    return true;
  }
};

it.each([
  ['the secret, wherever it goes', { target: 'bank' }, true],
  ['every secret', { target: '*' }, true],
  ['the secret for this receiver', { target: 'bank', tool: 'mail.send' }, true],
  ['the secret for another receiver', { target: 'bank', tool: 'web.fetch' }, false],
  ['another secret', { target: 'shop' }, false],
  ['nothing: it allows', { target: 'bank', effect: 'allow' }, false],
])('a grant that forbids %s', (_what, grant, isRefused) => {
  expect(refused(grant)).toBe(isRefused);
});
