import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('gives a place to each and uses it again', () => {
  const slots = new Slots<string>();
  const [a, b] = [slots.add('a'), slots.add('b')];
  expect([slots.get(a), slots.get(b), slots.size]).toEqual(['a', 'b', 2]);
  expect(slots.take(a)).toBe('a');
  expect([slots.take(a), slots.get(a), slots.take(99), slots.size]).toEqual([undefined, undefined, undefined, 1]);
  expect(slots.add('c')).toBe(a);
  expect(slots.all().sort()).toEqual(['b', 'c']);
});

it('never grows beyond what was open at once', () => {
  const slots = new Slots<number>();
  const places = new Set<number>();
  for (let i = 0; i < 1000; i += 1) {
    const mine = [slots.add(i), slots.add(i)];
    for (const place of mine) places.add(place);
    for (const place of mine) slots.take(place);
  }
  expect(places.size).toBe(2);
  expect(slots.size).toBe(0);
});
