// One listener for each signal, however many calls wait under it: a signal looks through all it has whenever one is added.

import { Slots } from '../../../shared/slots.ts';

const waiting = new WeakMap<AbortSignal, Slots<() => void>>();

/** Calls `act` when the signal is aborted, once, unless the function it gives was called before. Not for one that is aborted already. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = waiting.get(signal) ?? listenTo(signal);
  const place = acts.add(act);
  // A place is used again after it was left: leaving twice must not take another's.
  let isIn = true;
  return () => {
    if (isIn) acts.take(place);
    isIn = false;
  };
}

function listenTo(signal: AbortSignal): Slots<() => void> {
  const acts = new Slots<() => void>();
  waiting.set(signal, acts);
  const abort = (): void => {
    waiting.delete(signal);
    for (const act of acts.all()) act();
  };
  signal.addEventListener('abort', abort, { once: true });
  return acts;
}
