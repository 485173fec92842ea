// Keeps an open editor in step with the host: node types, saving, checks, and the run that is drawn over it.

import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { RunEvent, SequencedEvent } from '../../../../shared/model/run.ts';
import { client, useCall, useStream } from '../../../api/index.ts';
import { catalogOf } from '../model/catalog.ts';
import { type Autosave, startAutosave } from './autosave.ts';
import { startChecks } from './checks.ts';
import { addRunEvents, type Editor, showRun } from './store.ts';

/** Loads the node types and loads them again whenever a tool server brings or takes some. */
export function useCatalog(editor: Editor | undefined) {
  const types = useCall((signal) => client.workflows.listNodeTypes(undefined, { signal }), []);
  const { reload } = types;
  const version = useRef<number | undefined>(undefined);
  useStream(
    (signal) => client.workflows.watchNodeTypes(undefined, { signal }),
    (change) => {
      if (version.current !== change.version) reload();
      version.current = change.version;
    },
    [],
  );
  useEffect(() => {
    if (editor !== undefined && types.data !== undefined) editor.setState({ catalog: catalogOf(types.data) });
  }, [editor, types.data]);
  return types;
}

/** Saves and checks while the editor is open, and saves what is left when it closes. */
export function useSaving(editor: Editor | undefined) {
  const autosave = useRef<Autosave | undefined>(undefined);
  useEffect(() => {
    if (editor === undefined) return;
    const saving = startAutosave(editor, client);
    autosave.current = saving;
    const stopChecks = startChecks(editor, client);
    const warn = (event: BeforeUnloadEvent) => {
      if (editor.getState().save.kind === 'saved') return;
      void saving.flush();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      stopChecks();
      void saving.flush();
      saving.stop();
      autosave.current = undefined;
    };
  }, [editor]);
  return autosave;
}

/** Follows the run that the editor shows; events are folded once for each frame. */
export function useRunEvents(editor: Editor) {
  const id = useStore(editor, (state) => state.run?.summary.id);
  const waiting = useRef<{ events: RunEvent[]; seen: number; frame: number }>({ events: [], seen: 0, frame: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run starts with nothing gathered
  useEffect(() => {
    waiting.current = { events: [], seen: 0, frame: 0 };
    const mine = waiting.current;
    return () => cancelAnimationFrame(mine.frame);
  }, [id]);
  return useStream<SequencedEvent[]>(
    (signal) => {
      if (id === undefined) return null;
      const run = editor.getState().run;
      return client.runs.watch({ id, after: run?.seen ?? 0 }, { signal });
    },
    (batch) => {
      if (id === undefined) return;
      const mine = waiting.current;
      for (const { seq, event } of batch) {
        mine.events.push(event);
        mine.seen = Math.max(mine.seen, seq);
      }
      if (mine.frame !== 0) return;
      mine.frame = requestAnimationFrame(() => {
        const { events, seen } = mine;
        mine.events = [];
        mine.frame = 0;
        addRunEvents(editor, id, events, seen);
      });
    },
    [id],
  );
}

/** After a reload: the newest run of this workflow, when it is still going. */
export function useReattach(editor: Editor) {
  const id = useStore(editor, (state) => state.id);
  useEffect(() => {
    if (id === undefined) return;
    const control = new AbortController();
    client.runs
      .list({ workflow: id, status: ['queued', 'running', 'waiting', 'paused'], limit: 1 }, { signal: control.signal })
      .then(([run]) => {
        if (run !== undefined && !control.signal.aborted && editor.getState().run === undefined) showRun(editor, run);
      })
      // Without it the canvas merely shows no run; the Runs page says what is wrong.
      .catch(() => undefined);
    return () => control.abort();
  }, [editor, id]);
}
