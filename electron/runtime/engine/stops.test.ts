import { expect, test } from 'vitest';
import { type Stoppable, Stops } from './stops.ts';

const stopped: string[] = [];
const make = (name: string): Stoppable => ({ place: -1, stop: () => stopped.push(name) });

test('stops each that is in it once, also when stopping one takes out or adds another', () => {
  const stops = new Stops();
  const [a, b, c, d] = [make('a'), make('b'), make('c'), make('d')];
  for (const each of [a, b, c]) stops.add(each);
  stops.delete(a);
  stops.delete(a);
  stops.add(d);
  stops.delete(b);
  stops.add({
    place: -1,
    stop: () => {
      stops.delete(c);
      stops.add(a);
    },
  });
  stops.stopAll();
  expect(stopped.splice(0).sort()).toEqual(['c', 'd']);
  stops.stopAll();
  expect(stopped).toEqual(['a']);
});
