import type { Ref } from 'react';
import { type RunStatus, runStatus } from '../../../../shared/model/run.ts';
import type { WorkflowSummary } from '../../../../shared/model/workflow.ts';
import { toAppError } from '../../../api/index.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Icon, IconButton, Menu, MenuItem, MenuSeparator, TimeAgo, toastError } from '../../../ui/index.ts';
import { RunState } from '../run/run-status.tsx';
import { exportFile } from './export.ts';

interface Props {
  ref: Ref<HTMLLIElement>;
  /** Its place among all, of which only those in sight are in the page. */
  index: number;
  of: number;
  /** Pixels below the top of the list. */
  top: number;
  workflow: WorkflowSummary;
  onDuplicate(): void;
  onDelete(): void;
}

const statusOf = (text: string): RunStatus | undefined => runStatus.safeParse(text).data;

export function WorkflowRow({ ref, index, of, top, workflow, onDuplicate, onDelete }: Props) {
  const t = useT('workflow');
  const open = () => navigate(routes.workflows(workflow.id));
  const last = workflow.lastRun;
  const status = last === undefined ? undefined : statusOf(last.status);
  return (
    <li
      ref={ref}
      data-index={index}
      aria-setsize={of}
      aria-posinset={index + 1}
      className="wf-list-row absolute top-0 left-0 w-full"
      style={{ transform: `translateY(${top}px)` }}
    >
      <button type="button" className="wf-list-open" onClick={open}>
        <Icon name="workflow" size={16} className="shrink-0 text-ink-3" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium text-ink">{workflow.name}</span>
          <span className="block truncate text-sm text-ink-3">
            {workflow.description === '' ? t('list.nodes', { count: workflow.nodeCount }) : workflow.description}
          </span>
        </span>
        <span className="w-28 shrink-0">
          {last === undefined || status === undefined ? (
            <span className="text-sm text-ink-3">{t('list.never-ran')}</span>
          ) : (
            <RunState status={status} />
          )}
        </span>
        <TimeAgo at={last?.at ?? workflow.updatedAt} className="w-24 shrink-0 text-right text-sm text-ink-3" />
      </button>
      <Menu trigger={<IconButton label={t('list.menu', { name: workflow.name })} icon="ellipsis" />}>
        <MenuItem icon="arrow-right" onSelect={open}>
          {t('list.open')}
        </MenuItem>
        <MenuItem icon="copy" onSelect={onDuplicate}>
          {t('list.duplicate')}
        </MenuItem>
        <MenuItem icon="download" onSelect={() => void exportFile(workflow.id).catch((thrown: unknown) => toastError(toAppError(thrown)))}>
          {t('list.export')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon="trash-2" danger onSelect={onDelete}>
          {t('list.delete')}
        </MenuItem>
      </Menu>
    </li>
  );
}
