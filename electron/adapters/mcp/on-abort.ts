// One listener for each signal, however many calls wait under it: a signal looks through all it has whenever one is added.

import { Slots } from '../../../shared/slots.ts';

interface Each {
  act(): void;
  place: number;
}
const waiting = new WeakMap<AbortSignal, Slots<Each>>();

/** Calls `act` when the signal is aborted, once, unless the function it gives was called before. Not for one that is aborted already. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const all = waiting.get(signal) ?? listenTo(signal);
  const each: Each = { act, place: 0 };
  each.place = all.add(each);
  return () => {
    all.remove(each.place, each);
  };
}

function listenTo(signal: AbortSignal): Slots<Each> {
  const all = new Slots<Each>();
  waiting.set(signal, all);
  const abort = (): void => {
    waiting.delete(signal);
    for (const each of all.all()) {
      // Taken back by one that was called before it.
      if (!all.remove(each.place, each)) continue;
      try {
        each.act();
      } catch (error) {
        // As of listeners of their own: it is nobody's but its maker's, and keeps no other from being stopped.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
  signal.addEventListener('abort', abort, { once: true });
  return all;
}
