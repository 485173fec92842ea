import { expect, test } from 'vitest';
import { startSettings } from './agreed-trigger.ts';

const type = (defaults: object, timing?: string[]) => ({ defaults, trigger: { timing } }) as unknown as Parameters<typeof startSettings>[1];

test('what a trigger starts with is agreed to, never when it starts', () => {
  const config = { path: '/a', settleMs: 5, missed: 'once' };
  expect(startSettings({ config }, type({}, ['settleMs']))).toEqual({ path: '/a' });
});

test('writing down what holds anyway is no change', () => {
  const watched = type({ path: '/a', deep: false });
  expect(startSettings({ config: { path: '/a', deep: false } }, watched)).toEqual(startSettings({ config: { path: '/a' } }, watched));
  expect(startSettings({ config: { deep: true } }, watched)).toEqual({ path: '/a', deep: true });
});
