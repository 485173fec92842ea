// Starting and stopping a run from the canvas: what is unsaved is saved first, so that what runs is what is seen.

import { type RefObject, useState } from 'react';
import type { JsonValue } from '../../../../shared/model/json.ts';
import { client, toAppError } from '../../../api/index.ts';
import { getT } from '../../../strings/index.ts';
import { toast, toastError } from '../../../ui/index.ts';
import type { Autosave } from '../editor/autosave.ts';
import { type Editor, showRun } from '../editor/store.ts';
import { runInputs } from '../model/run-inputs.ts';

export function useRunControl(editor: Editor, autosave: RefObject<Autosave | undefined>) {
  const [asking, setAsking] = useState(false);
  const [isStepwise, setStepwise] = useState(false);
  const [isStarting, setStarting] = useState(false);
  const [isStopping, setStopping] = useState(false);

  /** Gives what is wrong by input name where the host refuses a value that the dialog asked for; everything else is told here. */
  const start = async (inputs: Record<string, JsonValue>, stepThrough = false): Promise<Record<string, string>> => {
    const { id } = editor.getState();
    if (id === undefined || isStarting) return {};
    setStarting(true);
    try {
      const isSaved = (await autosave.current?.flush()) ?? true;
      if (!isSaved) {
        toast({ tone: 'bad', title: getT('workflow')('run.not-saved') });
        return {};
      }
      const summary = await client.runs.start({ workflow: { id }, inputs, ...(stepThrough ? { stepThrough } : {}) });
      showRun(editor, summary);
      setAsking(false);
    } catch (thrown) {
      const error = toAppError(thrown);
      const { place } = error;
      const isAsked = asking && runInputs(editor.getState().history.document).some(({ name }) => name === place);
      if (place !== undefined && isAsked) return { [place]: [error.message, error.hint ?? ''].join(' ').trim() };
      toastError(error);
    } finally {
      setStarting(false);
    }
    return {};
  };
  const stop = async () => {
    const run = editor.getState().run;
    if (run === undefined) return;
    setStopping(true);
    try {
      await client.runs.cancel({ id: run.summary.id });
    } catch (thrown) {
      toastError(toAppError(thrown));
    } finally {
      setStopping(false);
    }
  };
  /** Asks for inputs where the workflow has some. */
  const ask = (stepThrough: boolean) => {
    setStepwise(stepThrough);
    if (runInputs(editor.getState().history.document).length > 0) setAsking(true);
    else void start({}, stepThrough);
  };
  const run = () => ask(false);
  /** Held before each step. */
  const runStepwise = () => ask(true);
  return { run, runStepwise, isStepwise, start, stop, asking, closeAsking: () => setAsking(false), isStarting, isStopping };
}
