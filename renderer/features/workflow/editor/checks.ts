// Asks the runtime what is wrong with the graph, a moment after it changed. The newest question wins.

import { isCancelled } from '../../../../shared/errors.ts';
import type { Client } from '../../../api/index.ts';
import { toAppError } from '../../../api/index.ts';
import { documentOf, type Editor, setComplaints } from './store.ts';

const quietMs = 350;

/** Returns the function that stops it. */
export function startChecks(editor: Editor, client: Pick<Client, 'workflows'>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let control = new AbortController();

  const check = async (): Promise<void> => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const document = documentOf(editor.getState().history.document);
      const complaints = await client.workflows.check({ document }, { signal });
      if (!signal.aborted) setComplaints(editor, complaints);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted || isCancelled(error)) return;
      // The host could not answer; what it said before may no longer hold.
      setComplaints(editor, [{ severity: 'warning', code: error.code, message: `The graph could not be checked: ${error.message}` }]);
    }
  };
  const soon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), ms);
  };
  const unsubscribe = editor.subscribe((state, before) => {
    if (state.history.document !== before.history.document || state.catalog !== before.catalog) soon(quietMs);
  });
  soon(0);
  return () => {
    unsubscribe();
    clearTimeout(timer);
    control.abort();
  };
}
