import { useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { RunSummary } from '../../../../shared/model/run.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Duration, ErrorNote, IconButton, Popover, SkeletonRows, TimeAgo } from '../../../ui/index.ts';
import { RunState } from './run-status.tsx';

/** This workflow's newest runs; a chosen one is drawn on the canvas. */
export function HistoryPopover({ workflow, onShow }: { workflow: WorkflowId; onShow(run: RunSummary): void }) {
  const t = useT('workflow');
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      title={t('history.title')}
      className="w-90"
      trigger={<IconButton label={t('history.title')} icon="history" />}
    >
      {open && (
        <Runs
          workflow={workflow}
          onShow={(run) => {
            setOpen(false);
            onShow(run);
          }}
        />
      )}
    </Popover>
  );
}

function Runs({ workflow, onShow }: { workflow: WorkflowId; onShow(run: RunSummary): void }) {
  const t = useT('workflow');
  const runs = useCall((signal) => client.runs.list({ workflow, limit: 30 }, { signal }), [workflow]);
  if (runs.error !== undefined) return <ErrorNote error={runs.error} />;
  if (runs.data === undefined) return <SkeletonRows count={5} />;
  if (runs.data.length === 0) return <p className="text-ink-2">{t('history.none')}</p>;
  return (
    <ul className="-mx-1 m-0 max-h-80 list-none overflow-y-auto p-0">
      {runs.data.map((run) => (
        <li key={run.id}>
          <button
            type="button"
            className="tabular flex h-[30px] w-full items-center gap-3 rounded-sm px-2 text-left hover:bg-accent-soft focus-visible:-outline-offset-2"
            onClick={() => onShow(run)}
          >
            <span className="w-14 shrink-0 text-ink">{t('run.number', { number: run.number })}</span>
            <RunState status={run.status} className="flex-1" />
            <span className="text-sm text-ink-3">{run.endedAt === undefined ? '' : <Duration ms={run.endedAt - run.startedAt} />}</span>
            <TimeAgo at={run.startedAt} className="w-20 text-right text-sm text-ink-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}
