// One listener for each signal, however many calls wait under it: a signal looks through all it has whenever one is added.

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` when the signal is aborted, once, unless the function it gives was called before. Not for one that is aborted already. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  let all = waiting.get(signal);
  if (all === undefined) {
    const acts = new Set<() => void>();
    all = acts;
    waiting.set(signal, acts);
    const abort = (): void => {
      waiting.delete(signal);
      const left = [...acts];
      acts.clear();
      for (const each of left) each();
    };
    signal.addEventListener('abort', abort, { once: true });
  }
  const acts = all;
  // Its own, so that the same function may wait twice.
  const mine = (): void => act();
  acts.add(mine);
  return () => void acts.delete(mine);
}
