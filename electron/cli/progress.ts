// One line that is written over while something long goes: on a terminal only, and on stderr, so that stdout stays data.

export interface Progress {
  /** In place of what stood there. */
  tell(text: string): void;
  /** Takes the line away. */
  end(): void;
}

export function progressLine(stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'> = process.stderr, isQuiet = false): Progress {
  if (isQuiet || stream.isTTY !== true) return { tell: () => undefined, end: () => undefined };
  let isThere = false;
  return {
    tell(text) {
      isThere = true;
      // A line that wraps could not be taken away again.
      stream.write(`\r\u001b[K${text.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`);
    },
    end() {
      if (isThere) stream.write('\r\u001b[K');
      isThere = false;
    },
  };
}
