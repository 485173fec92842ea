// What a run asks for before it starts: one field for each input node, with what the last run was given.

import { useEffect, useMemo, useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog, Field, Input, Switch, TextArea } from '../../../ui/index.ts';
import { PickButton } from '../fields/pick-button.tsx';
import { type Draft, draftOf, type RunInput, readDraft, runInputs } from '../model/run-inputs.ts';

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
      {inputs.map((input) => (
        <Field
          key={input.name}
          label={input.label}
          required={input.isRequired}
          inline={input.kind === 'toggle'}
          {...(faults[input.name] === undefined ? {} : { error: faults[input.name] })}
        >
          <InputControl
            input={input}
            value={draft[input.name] ?? ''}
            onChange={(value) => {
              setTouched(true);
              setDraft((before) => ({ ...before, [input.name]: value }));
              setFaults(({ [input.name]: _gone, ...rest }) => rest);
            }}
          />
        </Field>
      ))}
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" variant="primary" icon="play" loading={isStarting}>
          {t('run.start')}
        </Button>
      </div>
    </form>
  );
}

function InputControl({ input, value, onChange }: { input: RunInput; value: string | boolean; onChange(value: string | boolean): void }) {
  if (typeof value === 'boolean') return <Switch checked={value} onChange={onChange} />;
  const { kind } = input;
  if (kind === 'json') return <TextArea mono rows={4} value={value} onChange={(event) => onChange(event.target.value)} />;
  if (kind === 'folder' || kind === 'file')
    return (
      <span className="wf-path">
        <Input mono value={value} spellCheck={false} onChange={(event) => onChange(event.target.value)} />
        <PickButton kind={kind} title={input.label} value={value} onPick={onChange} />
      </span>
    );
  return <Input value={value} inputMode={kind === 'number' ? 'decimal' : undefined} onChange={(event) => onChange(event.target.value)} />;
}
