import { expect, it } from 'vitest';
import { onAbort } from './on-abort.ts';

it('calls all that wait, once and in their order, and none that was taken back', () => {
  const stop = new AbortController();
  const called: string[] = [];
  onAbort(stop.signal, () => called.push('a'));
  const takeBack = onAbort(stop.signal, () => called.push('b'));
  onAbort(stop.signal, () => called.push('c'));
  takeBack();
  stop.abort();
  stop.abort();
  expect(called).toEqual(['a', 'c']);
  takeBack();
});

it('lets the same function wait twice, and takes back the one that is meant', () => {
  const stop = new AbortController();
  let count = 0;
  const act = (): void => {
    count += 1;
  };
  const first = onAbort(stop.signal, act);
  onAbort(stop.signal, act);
  first();
  first();
  stop.abort();
  expect(count).toBe(1);
});

it('adds one listener to a signal, however many wait, also after all were taken back', () => {
  const stop = new AbortController();
  let listeners = 0;
  const add = stop.signal.addEventListener.bind(stop.signal);
  stop.signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1;
    add(...given);
  };
  const acts = Array.from({ length: 100 }, () => onAbort(stop.signal, () => undefined));
  for (const takeBack of acts) takeBack();
  let wasCalled = false;
  onAbort(stop.signal, () => {
    wasCalled = true;
  });
  expect(listeners).toBe(1);
  stop.abort();
  expect(wasCalled).toBe(true);
});

it('keeps signals apart', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const called: string[] = [];
  onAbort(one.signal, () => called.push('one'));
  onAbort(other.signal, () => called.push('other'));
  other.abort();
  expect(called).toEqual(['other']);
});

it('one that throws keeps no other from being stopped, and one that another takes back is not called', async () => {
  const stop = new AbortController();
  const called: string[] = [];
  const thrown = new Promise<unknown>((resolve) => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
  onAbort(stop.signal, () => {
    called.push('a');
    takeBack();
    throw new Error('broken');
  });
  const takeBack = onAbort(stop.signal, () => called.push('b'));
  onAbort(stop.signal, () => called.push('c'));
  stop.abort();
  expect(called).toEqual(['a', 'c']);
  expect(await thrown).toMatchObject({ message: 'broken' });
});
