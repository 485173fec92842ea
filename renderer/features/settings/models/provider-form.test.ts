import { expect, it } from 'vitest';
import { providerId } from '../../../../shared/model/model.ts';
import { idFor, isAddress } from './provider-form.ts';

it('makes valid ids that nobody has', () => {
  expect(idFor('LM Studio', ['lm-studio'])).toBe('lm-studio-2');
  for (const title of ['Ünïcode', '123', '  ', 'llama.cpp (GPU)', 'x'.repeat(80)])
    expect(providerId.safeParse(idFor(title, [])).success).toBe(true);
});

it('takes http and https only', () => {
  expect(['http://127.0.0.1:1', 'https://a.b/v1', 'ftp://a', 'a.b', ''].map(isAddress)).toEqual([true, true, false, false, false]);
});
