import type { Workflow, WorkflowSummary } from '../../../../shared/model/workflow.ts';
import { client, toAppError } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ConfirmDialog, SearchField, SkeletonRows, toast, toastError, useDialog } from '../../../ui/index.ts';
import { WorkflowRows } from './workflow-rows.tsx';

interface Props {
  list: { data: WorkflowSummary[] | undefined; reload(): void };
  query: string;
  onQuery(query: string): void;
}

/** The workflows that are stored, to search, open, copy and delete. */
export function OwnWorkflows({ list, query, onQuery }: Props) {
  const t = useT('workflow');
  const doomed = useDialog<WorkflowSummary>();
  const duplicate = async (workflow: Pick<Workflow, 'id'>) => {
    try {
      const copy = await client.workflows.duplicate({ id: workflow.id });
      toast({ tone: 'ok', title: t('list.duplicated', { name: copy.name }) });
      list.reload();
    } catch (thrown) {
      toastError(toAppError(thrown));
    }
  };
  return (
    <section aria-label={t('title')} className="flex flex-col gap-2">
      <SearchField label={t('list.search')} value={query} onChange={onQuery} className="max-w-80" />
      {list.data === undefined && <SkeletonRows tall count={6} />}
      {list.data?.length === 0 && <p className="py-4 text-ink-2">{t('list.none-found', { query })}</p>}
      {list.data !== undefined && list.data.length > 0 && (
        <WorkflowRows workflows={list.data} onDuplicate={(workflow) => void duplicate(workflow)} onDelete={doomed.show} />
      )}
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
    </section>
  );
}
