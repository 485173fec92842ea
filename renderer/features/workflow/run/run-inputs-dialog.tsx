// What a run asks for before it starts: one field for each input node, with what the last run was given.

import { useEffect, useMemo, useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Checkbox, Dialog } from '../../../ui/index.ts';
import { type Draft, draftOf, readDraft, runInputs } from '../model/run-inputs.ts';
import { InputFields } from './input-fields.tsx';

interface Props {
  open: boolean;
  document: WorkflowDocument;
  workflow: WorkflowId | undefined;
  isStarting: boolean;
  /** What “hold before each step” says at first. */
  isStepwise: boolean;
  onClose(): void;
  /** Gives what is wrong by input name, when the host refuses one. */
  onStart(inputs: Record<string, JsonValue>, stepThrough: boolean): Promise<Record<string, string>>;
}

/** What the newest run of this workflow was given. */
async function lastInputs(workflow: WorkflowId | undefined, signal: AbortSignal): Promise<Record<string, JsonValue>> {
  if (workflow === undefined) return {};
  const [last] = await client.runs.list({ workflow, limit: 1 }, { signal });
  if (last === undefined) return {};
  const { events } = await client.runs.get({ id: last.id }, { signal });
  for (const { event } of events) if (event.type === 'run-start') return event.inputs;
  return {};
}

export function RunInputsDialog({ open, ...form }: Props) {
  const t = useT('workflow');
  return (
    <Dialog open={open} onOpenChange={(next) => !next && form.onClose()} title={t('run.inputs-title', { name: form.document.name })}>
      {open && <InputsForm {...form} />}
    </Dialog>
  );
}

function InputsForm({ document, workflow, isStarting, isStepwise, onClose, onStart }: Omit<Props, 'open'>) {
  const t = useT('workflow');
  const tPast = useT('past');
  const [stepThrough, setStepThrough] = useState(isStepwise);
  const inputs = useMemo(() => runInputs(document), [document]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(inputs));
  const [touched, setTouched] = useState(false);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const last = useCall((signal) => lastInputs(workflow, signal), [workflow]);
  useEffect(() => {
    if (last.data !== undefined && !touched) setDraft(draftOf(inputs, last.data));
  }, [last.data, inputs, touched]);

  const submit = () => {
    const read = readDraft(inputs, draft);
    if ('faults' in read) return setFaults(read.faults);
    void onStart(read.values, stepThrough).then(setFaults);
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <InputFields
        inputs={inputs}
        draft={draft}
        faults={faults}
        onChange={(name, value) => {
          setTouched(true);
          setDraft((before) => ({ ...before, [name]: value }));
          setFaults(({ [name]: _gone, ...rest }) => rest);
        }}
      />
      <div className="flex flex-wrap items-center gap-2 pt-1">
        <Checkbox checked={stepThrough} onChange={setStepThrough} label={tPast('fork.step-through')} className="min-w-40 flex-1" />
        <Button variant="ghost" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" variant="primary" icon="play" loading={isStarting}>
          {t('run.start')}
        </Button>
      </div>
    </form>
  );
}
