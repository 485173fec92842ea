import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';
import { fromFetch } from './provider-errors.ts';

const config: ProviderConfig = { id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: 'http://127.0.0.1:11434', enabled: true };

test('nothing answers: the next step is the provider’s own; what the guard refuses stays as it is', () => {
  const unreachable = new AppError('net-unreachable', 'Nothing answers at 127.0.0.1:11434.');
  for (const error of [unreachable, new TypeError('fetch failed', { cause: unreachable })])
    expect(fromFetch(config, error, undefined)).toMatchObject({
      code: 'provider-unreachable',
      hint: expect.stringContaining('ollama serve'),
    });
  const refused = new AppError('address-not-allowed', 'No.');
  expect(fromFetch(config, refused, undefined)).toBe(refused);
});
