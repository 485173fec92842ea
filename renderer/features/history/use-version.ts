import { useState } from 'react';
import { client, useStream } from '../../api/index.ts';

/** Counts up when something was changed or taken back anywhere. */
export function useVersion(): number {
  const [version, setVersion] = useState(0);
  useStream(
    (signal) => client.undo.watch(undefined, { signal }),
    () => setVersion((before) => before + 1),
    [],
  );
  return version;
}
