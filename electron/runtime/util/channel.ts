// One-to-many streams inside the runtime: a Channel is told things, any number of readers follow it, each until its own
// signal aborts. A slow reader is not waited for; its queue grows no longer than `limit`, then it is ended.

import { AppError } from '../../../shared/errors.ts';

export class Channel<T> {
  readonly #readers = new Set<Reader<T>>();

  send(value: T): void {
    for (const reader of this.#readers) reader.push(value);
  }

  /** Ends every reader after what it has queued. */
  end(): void {
    for (const reader of this.#readers) reader.finish();
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  /** Subscribes at once (not on first read), so nothing sent after this call is missed. */
  follow(signal: AbortSignal | undefined, limit = 100_000): AsyncIterableIterator<T> {
    const stop = (): void => reader.finish();
    const reader = new Reader<T>(limit, () => {
      this.#readers.delete(reader);
      // A signal may outlive thousands of readers.
      signal?.removeEventListener('abort', stop);
    });
    this.#readers.add(reader);
    if (signal?.aborted === true) reader.finish();
    else signal?.addEventListener('abort', stop, { once: true });
    return reader;
  }
}

class Reader<T> implements AsyncIterableIterator<T> {
  #queue: T[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #overflow = false;
  readonly #limit: number;
  readonly #leave: () => void;

  constructor(limit: number, leave: () => void) {
    this.#limit = limit;
    this.#leave = leave;
  }

  push(value: T): void {
    if (this.#ended) return;
    if (this.#queue.length >= this.#limit) {
      this.#overflow = true;
      this.finish();
      return;
    }
    this.#queue.push(value);
    this.#wake?.();
  }

  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leave();
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#queue.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#queue.length > 0) return { done: false, value: this.#queue.shift() as T };
    if (this.#overflow)
      throw new AppError('reader-too-slow', 'The window could not keep up with the stream.', { hint: 'Open it again.', retryable: true });
    return { done: true, value: undefined };
  }

  /** Everything queued now, without waiting. */
  drain(): T[] {
    const all = this.#queue;
    this.#queue = [];
    return all;
  }

  async return(): Promise<IteratorResult<T>> {
    this.finish();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Gathers what arrives within one frame into one batch, so that a stream costs a window one message per frame. */
export async function* batched<T>(source: AsyncIterableIterator<T>, frameMs = 16): AsyncGenerator<T[]> {
  try {
    for (;;) {
      const first = await source.next();
      if (first.done === true) return;
      const batch = [first.value];
      if (source instanceof Reader) batch.push(...source.drain());
      yield batch;
      await new Promise((resolve) => setTimeout(resolve, frameMs));
    }
  } finally {
    await source.return?.();
  }
}

/** The current value at once, then the value again after every change; changes within a frame are one. */
export async function* watched<T>(read: () => T | Promise<T>, changes: AsyncIterableIterator<unknown>, frameMs = 16): AsyncGenerator<T> {
  const each = batched(changes, frameMs);
  try {
    yield await read();
    for await (const _ of each) yield await read();
  } finally {
    await each.return(undefined);
  }
}
