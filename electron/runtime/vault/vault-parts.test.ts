import { expect, test } from 'vitest';
import { entropyOf, strengthOf, wordCount } from '../../../shared/model/vault-strength.ts';
import type { Clock, Log, Vault } from '../ports.ts';
import { createAutoLock } from './auto-lock.ts';
import { below, generateSecret } from './generate.ts';
import { words } from './words.ts';

test('draws without bias, with every class, from words that are all different', () => {
  expect(new Set(words).size).toBe(wordCount);
  expect(words).toHaveLength(wordCount);
  // Chi-square over 10 values: below 40 for all but one in 100,000 fair runs.
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 20_000; i += 1) counts[below(10)] = (counts[below(10)] ?? 0) + 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const chi = counts.reduce((sum, count) => sum + (count - total / 10) ** 2 / (total / 10), 0);
  expect(chi).toBeLessThan(60);
  const options = { kind: 'characters' as const, length: 12, lower: true, upper: true, digits: true, signs: true, clear: true };
  for (let i = 0; i < 200; i += 1) {
    const text = generateSecret(options);
    expect(text).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{12}$/);
    expect(text).not.toMatch(/[0Oo1lI]/);
  }
  expect(generateSecret({ kind: 'words', words: 6, separator: '-' }).split('-')).toHaveLength(6);
  expect(entropyOf({ kind: 'words', words: 6, separator: '-' })).toBe(60);
  expect(() => generateSecret({ ...options, lower: false, upper: false, digits: false, signs: false })).toThrow('No kind of character');
  expect([
    strengthOf('password1'),
    strengthOf('aaaaaaaaaaaa'),
    strengthOf('12345678'),
    strengthOf(generateSecret({ ...options, length: 24 })),
  ]).toEqual([0, 0, 0, 4]);
});

test('locks after the idle time and when the person goes away, only where the settings say so', async () => {
  const state = { at: 0, active: 0 as number | undefined, minutes: 5, away: false, locks: 0 };
  const told: string[] = [];
  const lock = createAutoLock({
    audit: { record: ({ what, reason }) => void told.push(`${what} ${reason}`) },
    vault: {
      lock: async () => {
        state.locks += 1;
        state.active = undefined;
        return {} as never;
      },
      keeper: { lastActiveAt: () => state.active } as Vault['keeper'] & object,
    },
    settings: { get: () => ({ vaultLockMinutes: state.minutes, vaultLockWhenAway: state.away }) as never },
    clock: { now: () => state.at } as Clock,
    log: { info: () => undefined, warn: () => undefined } as unknown as Log,
  });
  state.at = 5 * 60_000 - 1;
  expect(await lock.look()).toBe(false);
  state.at += 1;
  expect(await lock.look()).toBe(true);
  expect(await lock.look()).toBe(false);
  state.active = state.at;
  state.minutes = 0;
  state.at += 1e9;
  expect(await lock.look()).toBe(false);
  expect(await lock.onAway('sleep')).toBe(false);
  state.away = true;
  expect(await lock.onAway('screen-lock')).toBe(true);
  expect(state.locks).toBe(2);
  expect(told).toEqual([
    'vault:lock The vault was locked: nobody used it for 5 minutes, as the settings say.',
    'vault:lock The vault was locked: the screen was locked, as the settings say.',
  ]);
});
