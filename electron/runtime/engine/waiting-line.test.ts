import { expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { type Place, WaitingLine } from './waiting-line.ts';

const place = (id: string, group: string, over: Partial<Place> = {}): Place => ({
  id: id as RunId,
  group,
  workflow: group as WorkflowId,
  priority: 0,
  at: 0,
  ...over,
});

/** Takes all there are, each counting as going from then on; gives their ids in order. */
function takeAll(line: WaitingLine): string[] {
  const going = new Map<string, number>();
  const ids: string[] = [];
  for (;;) {
    const next = line.take((group) => going.get(group) ?? 0);
    if (next === undefined) return ids;
    going.set(next.place.group, (going.get(next.place.group) ?? 0) + 1);
    ids.push(next.place.id);
  }
}
const line = (...places: Place[]): WaitingLine => {
  const made = new WaitingLine();
  for (const each of places) made.add(each, () => undefined);
  return made;
};

test('a higher priority goes first, whatever its age', () => {
  expect(takeAll(line(place('old', 'a'), place('high', 'a', { priority: 5, at: 9 }), place('low', 'a', { priority: -1 })))).toEqual([
    'high',
    'old',
    'low',
  ]);
});

test('workflows take turns: many runs of one do not hold up another', () => {
  const many = Array.from({ length: 5 }, (_, i) => place(`a${i}`, 'a', { at: i }));
  expect(takeAll(line(...many, place('b0', 'b', { at: 10 }), place('b1', 'b', { at: 11 })))).toEqual([
    'a0', 'b0', 'a1', 'b1', 'a2', 'a3', 'a4',
  ]); // biome-ignore format: the order is what is read
});

test('of the same workflow the oldest goes first, and of the same moment the one that came first', () => {
  expect(takeAll(line(place('2', 'a', { at: 2 }), place('1b', 'a', { at: 1 }), place('1c', 'a', { at: 1 })))).toEqual(['1b', '1c', '2']);
});

test('a workflow has no more going than it says; others pass', () => {
  const two = line(place('a0', 'a', { maxRuns: 1 }), place('a1', 'a', { maxRuns: 1, at: 1 }), place('b0', 'b', { at: 2 }));
  expect(takeAll(two)).toEqual(['a0', 'b0']);
  expect(two.size).toBe(1);
  expect(two.take(() => 0)?.place.id).toBe('a1');
});

test('the order that is shown is the order in which they go', () => {
  const places = [
    ...Array.from({ length: 40 }, (_, i) => place(`a${i}`, 'a', { at: i, priority: i % 3 })),
    ...Array.from({ length: 40 }, (_, i) => place(`b${i}`, 'b', { at: i, priority: i % 2 })),
  ];
  const shown = line(...places).inOrder(100, () => 0);
  expect(shown.map((each) => each.id)).toEqual(takeAll(line(...places)));
});

test('a changed priority, and one that left', () => {
  const three = line(place('x', 'a'), place('y', 'a', { at: 1 }), place('z', 'a', { at: 2 }));
  expect(three.setPriority('z' as RunId, 1)).toBe(true);
  expect(three.remove('x' as RunId)).toBe(true);
  expect(three.remove('x' as RunId)).toBe(false);
  expect(three.setPriority('x' as RunId, 1)).toBe(false);
  expect(takeAll(three)).toEqual(['z', 'y']);
});
