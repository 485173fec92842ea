// What a run asks for before it starts: one field for each input node, with what the last run was given.

import { useEffect, useMemo, useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog } from '../../../ui/index.ts';
import { type Draft, draftOf, readDraft, runInputs } from '../model/run-inputs.ts';
import { InputFields } from './input-fields.tsx';

interface Props {
  open: boolean;
  document: WorkflowDocument;
  workflow: WorkflowId | undefined;
  isStarting: boolean;
  onClose(): void;
  /** Gives what is wrong by input name, when the host refuses one. */
  onStart(inputs: Record<string, JsonValue>): Promise<Record<string, string>>;
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

export function RunInputsDialog({ open, document, workflow, isStarting, onClose, onStart }: Props) {
  const t = useT('workflow');
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t('run.inputs-title', { name: document.name })}>
      {open && <InputsForm document={document} workflow={workflow} isStarting={isStarting} onClose={onClose} onStart={onStart} />}
    </Dialog>
  );
}

function InputsForm({ document, workflow, isStarting, onClose, onStart }: Omit<Props, 'open'>) {
  const t = useT('workflow');
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
    void onStart(read.values).then(setFaults);
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
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" variant="primary" icon="play" loading={isStarting}>
          {t('run.start')}
        </Button>
      </div>
    </form>
  );
}
