// What holds for the whole workflow: what it is called, its variables, how long and how often it runs. Every edit can be undone.

import { useEffect, useState } from 'react';
import type { WorkflowVariable } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote, Field, Icon, IconButton, Input, SectionTitle, TextArea } from '../../../ui/index.ts';
import { LastChange } from '../../why/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { apply } from '../editor/store.ts';
import type { WorkflowSettings as Settings } from '../model/changes.ts';
import { NumberInput, within } from './number-input.tsx';
import './settings.css';
import { newVariable } from './variable-kinds.ts';
import { VariableRow } from './variable-row.tsx';

const minuteMs = 60_000;
const longestMs = 31_536_000_000;
const maxVariables = 200;

export function WorkflowSettings({ onClose }: { onClose(): void }) {
  const t = useT('setup');
  const complaints = useEditor((state) => state.complaints);
  const disabled = useEditor((state) => state.readOnly);
  const id = useEditor((state) => state.id);
  const revision = useEditor((state) => state.revision);
  const ofVariables = complaints.filter((complaint) => complaint.node === undefined && complaint.code.startsWith('variable-'));
  return (
    <aside className="wf-inspector" aria-label={t('title')} data-inspector>
      <header className="flex h-12 shrink-0 items-center gap-2 px-4">
        <Icon name="sliders-horizontal" size={16} className="shrink-0 text-ink-3" />
        <h2 className="min-w-0 flex-1 truncate font-semibold text-md">{t('title')}</h2>
        <IconButton label={t('close')} icon="x" onClick={onClose} />
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto border-line border-t px-4 py-4">
        <About disabled={disabled} />
        <section className="flex flex-col gap-2">
          <Variables disabled={disabled} />
          {ofVariables.map((complaint) => (
            <ErrorNote key={complaint.message} error={{ ...complaint, retryable: false }} />
          ))}
        </section>
        <Runs disabled={disabled} />
        {id === undefined ? null : <LastChange kind="workflow" target={id} version={revision} />}
      </div>
    </aside>
  );
}

function About({ disabled }: { disabled: boolean }) {
  const t = useT('setup');
  const editor = useEditorStore();
  const name = useEditor((state) => state.history.document.name);
  const description = useEditor((state) => state.history.document.description);
  const [draft, setDraft] = useState(name);
  useEffect(() => setDraft(name), [name]);
  return (
    <div className="flex flex-col gap-4">
      <Field label={t('name')} {...(draft.trim() === '' ? { error: t('name-missing') } : {})}>
        <Input
          value={draft}
          maxLength={120}
          disabled={disabled}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => {
            const next = draft.trim();
            if (next === '') setDraft(name);
            else if (next !== name) apply(editor, { type: 'about', name: next, description });
          }}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      </Field>
      <Field label={t('description')}>
        <TextArea
          rows={3}
          value={description}
          maxLength={2000}
          disabled={disabled}
          onChange={(event) => apply(editor, { type: 'about', name, description: event.target.value }, 'description')}
        />
      </Field>
    </div>
  );
}

function Variables({ disabled }: { disabled: boolean }) {
  const t = useT('setup');
  const editor = useEditorStore();
  const variables = useEditor((state) => state.history.document.variables) ?? [];
  const names = new Set(variables.map((variable) => variable.name));
  const put = (next: WorkflowVariable[], key?: string) =>
    apply(editor, { type: 'settings', settings: { variables: next.length === 0 ? undefined : next } }, key);
  return (
    <>
      <SectionTitle
        actions={
          <Button
            size="s"
            icon="plus"
            disabled={disabled || variables.length >= maxVariables}
            onClick={() => put([...variables, newVariable(names)])}
          >
            {t('variables.add')}
          </Button>
        }
      >
        {t('variables.title')}
      </SectionTitle>
      <p className="text-ink-3 text-sm">{t('variables.about')}</p>
      {variables.length === 0 && <p className="text-ink-2">{t('variables.none')}</p>}
      <ul className="m-0 flex list-none flex-col p-0">
        {variables.map((variable, at) => (
          // Its place, not its name: the name is what is being typed.
          <VariableRow
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            id={`variable-${at}`}
            variable={variable}
            taken={new Set([...names].filter((name) => name !== variable.name))}
            disabled={disabled}
            onChange={(next) => put(variables.with(at, next), `variable:${at}`)}
            onRemove={() => put(variables.toSpliced(at, 1))}
          />
        ))}
      </ul>
    </>
  );
}

function Runs({ disabled }: { disabled: boolean }) {
  const t = useT('setup');
  const editor = useEditorStore();
  const deadlineMs = useEditor((state) => state.history.document.deadlineMs);
  const priority = useEditor((state) => state.history.document.priority);
  const maxRuns = useEditor((state) => state.history.document.maxRuns);
  const put = (settings: Settings) => apply(editor, { type: 'settings', settings }, `settings:${Object.keys(settings).join()}`);
  return (
    <section className="flex flex-col gap-4">
      <SectionTitle className="-mb-2">{t('runs.title')}</SectionTitle>
      <Field label={t('runs.deadline')} hint={t('runs.deadline-hint')}>
        <NumberInput
          id="workflow-deadline"
          unit="min"
          min={0.01}
          max={longestMs / minuteMs}
          value={deadlineMs === undefined ? undefined : deadlineMs / minuteMs}
          disabled={disabled}
          onChange={(minutes) => put({ deadlineMs: minutes === undefined ? undefined : within(minutes * minuteMs, 1, longestMs) })}
        />
      </Field>
      <Field label={t('runs.priority')} hint={t('runs.priority-hint')}>
        <NumberInput
          id="workflow-priority"
          min={-100}
          max={100}
          placeholder="0"
          value={priority}
          disabled={disabled}
          onChange={(value) => put({ priority: value === undefined ? undefined : within(value, -100, 100) })}
        />
      </Field>
      <Field label={t('runs.at-once')} hint={t('runs.at-once-hint')}>
        <NumberInput
          id="workflow-max-runs"
          min={1}
          max={1000}
          value={maxRuns}
          disabled={disabled}
          onChange={(value) => put({ maxRuns: value === undefined ? undefined : within(value, 1, 1000) })}
        />
      </Field>
    </section>
  );
}
