// Parts that are loaded when they are first needed, so that a start does not wait for them.

/** Loads at most once; what failed to load is tried again by the next who asks. */
export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= load().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}
