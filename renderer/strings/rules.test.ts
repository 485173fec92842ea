// Every rule that the policy can name has words for people.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rules } from './en/rules.ts';

const runtime = path.resolve(import.meta.dirname, '../../electron/runtime');

it('has words for every rule of the policy', () => {
  const named = new Set<string>();
  for (const file of readdirSync(runtime, { recursive: true, encoding: 'utf8' }))
    if (/\.ts$/.test(file) && !/\.test\.ts$/.test(file))
      for (const [, rule] of readFileSync(path.join(runtime, file), 'utf8').matchAll(/\brule: '([a-z-]+)'/g)) named.add(rule ?? '');
  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((rule) => !(rule in rules))).toEqual([]);
});
