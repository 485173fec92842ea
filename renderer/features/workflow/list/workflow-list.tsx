// All workflows, what one can start from, and how each last run went.

import { useState } from 'react';
import { type AppErrorShape, isCancelled } from '../../../../shared/errors.ts';
import type { Workflow, WorkflowSummary } from '../../../../shared/model/workflow.ts';
import { client, toAppError, useCall, useStream } from '../../../api/index.ts';
import { navigate, routes, useAction } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNote,
  ErrorState,
  IconButton,
  Page,
  SearchField,
  SectionTitle,
  SkeletonRows,
  toast,
  toastError,
  useDialog,
} from '../../../ui/index.ts';
import { emptyDocument } from '../model/edits.ts';
import { pickAndImport } from './import-export.ts';
import { Samples } from './samples.tsx';
import { WorkflowRow } from './workflow-row.tsx';

export function WorkflowList() {
  const t = useT('workflow');
  const [query, setQuery] = useState('');
  const [refused, setRefused] = useState<AppErrorShape>();
  const list = useCall((signal) => client.workflows.list({ query }, { signal }), [query]);
  const doomed = useDialog<WorkflowSummary>();
  // A run that starts or ends changes what its row says.
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (runs) => runs.some((run) => run.workflow !== undefined) && list.reload(),
    [],
  );

  const open = async (make: () => Promise<Workflow | undefined>) => {
    setRefused(undefined);
    try {
      const made = await make();
      if (made !== undefined) navigate(routes.workflows(made.id));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!isCancelled(error)) setRefused(error.toJSON());
    }
  };
  const create = () => void open(() => client.workflows.create({ document: emptyDocument(t('list.new-name')) }));
  const importOne = () => void open(pickAndImport);
  const openSample = (file: string) => void open(() => client.workflows.openSample({ file }));
  useAction('new.workflow', create);

  const duplicate = async (workflow: WorkflowSummary) => {
    try {
      const copy = await client.workflows.duplicate({ id: workflow.id });
      toast({ tone: 'ok', title: t('list.duplicated', { name: copy.name }) });
      list.reload();
    } catch (thrown) {
      toastError(toAppError(thrown));
    }
  };

  const isEmpty = list.data?.length === 0 && query === '';
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Button icon="upload" onClick={importOne}>
            {t('list.import')}
          </Button>
          <Button variant="primary" icon="plus" onClick={create}>
            {t('list.new')}
          </Button>
        </>
      }
    >
      {refused !== undefined && <Refusal error={refused} onClose={() => setRefused(undefined)} />}
      {list.error !== undefined && list.data === undefined ? (
        <ErrorState error={list.error} onRetry={list.reload} safe={t('editor.load-safe')} />
      ) : isEmpty ? (
        <EmptyState icon="workflow" title={t('list.empty')} text={t('list.empty-text')} className="h-auto min-h-40 pb-2" />
      ) : (
        <section aria-label={t('title')} className="flex flex-col gap-2">
          <SearchField label={t('list.search')} value={query} onChange={setQuery} className="max-w-80" />
          {list.data === undefined && <SkeletonRows count={6} />}
          {list.data?.length === 0 && <p className="py-4 text-ink-2">{t('list.none-found', { query })}</p>}
          {list.data !== undefined && list.data.length > 0 && (
            <ul className="wf-list">
              {list.data.map((workflow) => (
                <WorkflowRow
                  key={workflow.id}
                  workflow={workflow}
                  onDuplicate={() => void duplicate(workflow)}
                  onDelete={() => doomed.show(workflow)}
                />
              ))}
            </ul>
          )}
        </section>
      )}
      <section className="flex flex-col gap-2">
        <SectionTitle>{t('list.samples')}</SectionTitle>
        <Samples onOpen={openSample} />
      </section>
      <ConfirmDialog
        {...doomed.props}
        title={t('list.delete-title', { name: doomed.subject?.name ?? '' })}
        text={t('list.delete-text')}
        action={t('list.delete')}
        onConfirm={async () => {
          if (doomed.subject === undefined) return;
          await client.workflows.remove({ id: doomed.subject.id });
          list.reload();
        }}
      />
    </Page>
  );
}

/** Stays until closed: it names the place to mend. */
function Refusal({ error, onClose }: { error: AppErrorShape; onClose(): void }) {
  const t = useT('workflow');
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <ErrorNote error={error} />
        {error.place !== undefined && error.place !== '' && !error.message.includes(error.place) && (
          <p className="px-2.5 pt-1 font-mono text-sm text-ink-2">{t('list.place', { place: error.place })}</p>
        )}
      </div>
      <IconButton label={t('list.dismiss')} icon="x" onClick={onClose} />
    </div>
  );
}
