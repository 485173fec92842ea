// The payloads of the xss torture are many and different; what it counts rests on that.

import { expect, it } from 'vitest';
import { channels } from '../torture/xss-channels.ts';
import { makeXss } from '../torture/xss-grid.ts';
import { seeded } from './wire-fuzz.ts';

it('makes six thousand different payloads that each know their number', () => {
  const payloads = makeXss(seeded(1), 6_000);
  expect(payloads).toHaveLength(6_000);
  expect(new Set(payloads.map(({ text }) => text)).size).toBe(6_000);
  const families = Map.groupBy(payloads, ({ family }) => family);
  expect([...families.keys()].sort()).toEqual(['address', 'classic', 'css', 'error', 'handler', 'script']);
  for (const [family, all] of families) expect(all.length, family).toBeGreaterThan(150);
  expect(makeXss(seeded(1), 50)).toEqual(payloads.slice(0, 50));
});

it('knows at least sixty outbound channels, each by another name', () => {
  expect(channels.length).toBeGreaterThanOrEqual(60);
  expect(new Set(channels.map(({ name }) => name)).size).toBe(channels.length);
});
