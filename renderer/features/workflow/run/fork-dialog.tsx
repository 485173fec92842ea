// Taking a run up again: from the whole run, from a step, or with something else in place of what a step gave. It says what will
// be done before anything begins; the earlier run is never changed.

import { type FormEvent, useMemo, useState } from 'react';
import { type AppErrorShape, toAppError as localError } from '../../../../shared/errors.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunSummary } from '../../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Checkbox, Collapse, Dialog, ErrorNote, Field, SegmentedControl, SkeletonRows } from '../../../ui/index.ts';
import { JsonText } from '../fields/json-text.tsx';
import { type Draft, draftOf, readDraft, runInputs } from '../model/run-inputs.ts';
import { InputFields } from './input-fields.tsx';

export interface ForkSubject {
  run: RunSummary;
  step?: { key: string; title: string };
  /** What the step gave, to be changed; by port. */
  outputs?: Readonly<Record<string, JsonValue>>;
}

interface Props {
  open: boolean;
  onOpenChange(open: boolean): void;
  subject: ForkSubject | undefined;
  onForked(run: RunSummary, useCurrent: boolean): void;
}

export function ForkDialog({ open, onOpenChange, subject, onForked }: Props) {
  const t = useT('past');
  if (subject === undefined) return null;
  const { run, step, outputs } = subject;
  const title =
    step === undefined
      ? t('fork.title', { number: run.number })
      : t(outputs === undefined ? 'fork.title-step' : 'fork.title-change', { step: step.title });
  const about = { number: run.number, step: step?.title ?? '' };
  const text = t(step === undefined ? 'fork.text' : outputs === undefined ? 'fork.text-step' : 'fork.text-change', about);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={text}>
      {open && (
        <ForkForm
          subject={subject}
          onClose={() => onOpenChange(false)}
          onForked={(fresh, useCurrent) => {
            onOpenChange(false);
            onForked(fresh, useCurrent);
          }}
        />
      )}
    </Dialog>
  );
}

/** What the run was given, and the workflow as it is stored now, if it still is. */
async function readSource(run: RunSummary, signal: AbortSignal) {
  const [{ events, document }, current] = await Promise.all([
    client.runs.get({ id: run.id }, { signal }),
    run.workflow === undefined
      ? undefined
      : client.workflows.get({ id: run.workflow }, { signal }).catch((thrown: unknown) => {
          if (toAppError(thrown).code === 'workflow-not-found') return undefined;
          throw thrown;
        }),
  ]);
  const start = events.find(({ event }) => event.type === 'run-start')?.event;
  return { inputs: start?.type === 'run-start' ? start.inputs : {}, document, current };
}

interface FormProps {
  subject: ForkSubject;
  onClose(): void;
  onForked: Props['onForked'];
}

function ForkForm({ subject, onClose, onForked }: FormProps) {
  const { run } = subject;
  const source = useCall((signal) => readSource(run, signal), [run.id]);
  if (source.error !== undefined) return <ErrorNote error={source.error} />;
  if (source.data === undefined) return <SkeletonRows count={3} />;
  return <LoadedForm subject={subject} {...source.data} onClose={onClose} onForked={onForked} />;
}

type LoadedProps = FormProps & {
  inputs: Record<string, JsonValue>;
  /** The graph as it was, and as it is stored now. */
  document: WorkflowDocument | undefined;
  current: WorkflowDocument | undefined;
};

function useForkInputs(document: WorkflowDocument | undefined, given: Record<string, JsonValue>) {
  const asked = useMemo(() => (document === undefined ? [] : runInputs(document)), [document]);
  const before = useMemo(() => draftOf(asked, given), [asked, given]);
  const [changes, setChanges] = useState<Draft>({});
  const [faults, setFaults] = useState<Record<string, string>>({});
  const draft: Draft = { ...before, ...changes };
  const isChanged = asked.some(({ name }) => draft[name] !== before[name]);
  return {
    asked,
    draft,
    faults,
    isChanged,
    setFaults,
    change(name: string, value: string | boolean) {
      setChanges((old) => ({ ...old, [name]: value }));
      setFaults(({ [name]: _gone, ...rest }) => rest);
    },
    /** The inputs to send: none when they are what the run was given. */
    read(): Record<string, JsonValue> | 'same' | 'wrong' {
      if (!isChanged) return 'same';
      const read = readDraft(asked, draft);
      if ('values' in read) return read.values;
      setFaults(read.faults);
      return 'wrong';
    },
  };
}

function LoadedForm({ subject, inputs: given, document, current, onClose, onForked }: LoadedProps) {
  const t = useT('past');
  const { run, step } = subject;
  const [useCurrent, setUseCurrent] = useState(false);
  const [stepThrough, setStepThrough] = useState(false);
  const [outputs, setOutputs] = useState<Readonly<Record<string, JsonValue | undefined>> | undefined>(subject.outputs);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppErrorShape>();
  const inputs = useForkInputs(useCurrent ? (current ?? document) : document, given);

  const start = async () => {
    const wanted = inputs.read();
    if (wanted === 'wrong') return;
    if (outputs !== undefined && Object.values(outputs).includes(undefined))
      return setError({ code: 'invalid-json', message: t('fork.not-json'), retryable: false });
    setBusy(true);
    setError(undefined);
    try {
      const fresh = await client.runs.fork({
        id: run.id,
        useCurrent,
        ...(step === undefined ? {} : { step: step.key }),
        ...(wanted === 'same' ? {} : { inputs: wanted }),
        ...(outputs === undefined ? {} : { outputs: outputs as Record<string, JsonValue> }),
        ...(stepThrough ? { stepThrough } : {}),
      });
      onForked(fresh, useCurrent);
    } catch (thrown) {
      setError(localError(toAppError(thrown)).toJSON());
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="flex min-w-0 flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void start();
      }}
    >
      {outputs !== undefined &&
        Object.entries(subject.outputs ?? {}).map(([port, value]) => (
          <OutputField key={port} port={port} value={value} onChange={(next) => setOutputs((old) => ({ ...old, [port]: next }))} />
        ))}
      <Field
        label={t('fork.graph')}
        hint={current === undefined ? t('fork.no-workflow') : useCurrent ? t('fork.as-it-is-hint') : undefined}
      >
        <GraphChoice canUseCurrent={current !== undefined} value={useCurrent} onChange={setUseCurrent} />
      </Field>
      {inputs.asked.length > 0 && (
        <Collapse title={inputs.isChanged ? t('fork.inputs') : t('fork.inputs-same', { number: run.number })}>
          <div className="flex flex-col gap-4">
            <InputFields inputs={inputs.asked} draft={inputs.draft} faults={inputs.faults} onChange={inputs.change} />
            {inputs.isChanged && <p className="m-0 text-sm text-ink-2">{t('fork.inputs-changed')}</p>}
          </div>
        </Collapse>
      )}
      <Checkbox checked={stepThrough} onChange={setStepThrough} label={t('fork.step-through')} hint={t('fork.step-through-hint')} />
      <p className="m-0 text-sm text-ink-3">{t('fork.effects')}</p>
      {error !== undefined && <ErrorNote error={error} />}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          {t('fork.cancel')}
        </Button>
        <Button type="submit" variant="primary" icon="git-fork" loading={isBusy}>
          {t('fork.start')}
        </Button>
      </div>
    </form>
  );
}

function OutputField({ port, value, onChange }: { port: string; value: JsonValue; onChange(value: JsonValue | undefined): void }) {
  const t = useT('past');
  const [draft, setDraft] = useState<JsonValue | undefined>(value);
  const lines = JSON.stringify(value, undefined, 2).split('\n').length;
  return (
    <Field label={t('fork.output', { port })}>
      <JsonText
        value={draft}
        rows={Math.max(4, Math.min(14, lines + 1))}
        disabled={false}
        isInvalid={draft === undefined}
        onChange={(next) => {
          setDraft(next);
          onChange(next);
        }}
        onFault={() => onChange(undefined)}
      />
    </Field>
  );
}

function GraphChoice({ canUseCurrent, value, onChange }: { canUseCurrent: boolean; value: boolean; onChange(value: boolean): void }) {
  const t = useT('past');
  return (
    <SegmentedControl<'was' | 'is'>
      aria-label={t('fork.graph')}
      className="self-start"
      value={value ? 'is' : 'was'}
      onChange={(next) => onChange(next === 'is')}
      items={[
        { value: 'was', label: t('fork.as-it-was') },
        ...(canUseCurrent ? [{ value: 'is' as const, label: t('fork.as-it-is') }] : []),
      ]}
    />
  );
}
