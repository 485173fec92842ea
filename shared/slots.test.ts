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

it('tells a place that was left from the one who has it now', () => {
  const slots = new Slots<{ name: string }>();
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  const place = slots.add(a);
  expect([slots.remove(place, a), slots.remove(place, a)]).toEqual([true, false]);
  expect(slots.add(b)).toBe(place);
  expect(slots.remove(place, a)).toBe(false);
  expect([slots.size, slots.remove(place, b), slots.size]).toEqual([1, true, 0]);
});
