import { expect, it } from 'vitest';
import { secretParty } from '../../../shared/model/vault.ts';
import { withField } from './party-row.tsx';

it('names fields only where some are left out', () => {
  const all = ['username', 'password', 'totp'] as const;
  const party = secretParty.parse({ kind: 'agent', id: 'a1', title: 'Ann', fields: ['username'] });
  expect(withField(party, all, ['username', 'totp']).fields).toEqual(['username', 'totp']);
  expect('fields' in withField(party, all, all)).toBe(false);
});
