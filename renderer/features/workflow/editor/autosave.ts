// Saves a while after the last change. A save names the revision it was made from; when another window was faster the
// document stays here, unsaved, until the person chooses. Nothing is overwritten.

import type { Client } from '../../../api/index.ts';
import { toAppError } from '../../../api/index.ts';
import { documentOf, type Editor } from './store.ts';

const quietMs = 600;

export interface Autosave {
  /** Saves at once; false when it could not be saved. */
  flush(): Promise<boolean>;
  stop(): void;
}

export function startAutosave(editor: Editor, client: Pick<Client, 'workflows'>): Autosave {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let going: Promise<boolean> | undefined;

  const saveOnce = async (): Promise<boolean> => {
    const { id, revision, history, save } = editor.getState();
    if (id === undefined || save.kind === 'conflict') return false;
    editor.setState({ save: { kind: 'saving' } });
    try {
      const stored = await client.workflows.save({ id, revision, document: documentOf(history.document) });
      const isNewest = editor.getState().history.document === history.document;
      editor.setState({ revision: stored.revision, save: { kind: isNewest ? 'saved' : 'changed' } });
      return true;
    } catch (thrown) {
      const error = toAppError(thrown);
      editor.setState({ save: error.code === 'workflow-changed-elsewhere' ? { kind: 'conflict' } : { kind: 'failed', error } });
      return false;
    }
  };

  const flush = async (): Promise<boolean> => {
    clearTimeout(timer);
    // Saves never overlap: the second needs the revision that the first brings back.
    while (going !== undefined) await going;
    const { kind } = editor.getState().save;
    if (kind === 'saved') return true;
    going = saveOnce().finally(() => {
      going = undefined;
    });
    const ok = await going;
    return ok && editor.getState().save.kind === 'changed' ? flush() : ok;
  };

  const unsubscribe = editor.subscribe((state, before) => {
    if (state.history.document === before.history.document || state.readOnly) return;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), quietMs);
  });

  return {
    flush,
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
