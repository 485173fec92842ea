import type { ReactNode } from 'react';
import { routes } from '../shell/index.ts';
import { useT } from '../strings/index.ts';
import { Button, formatDuration, Icon, Kbd, Spinner } from '../ui/index.ts';
import type { QuickRun } from './use-run.ts';

/** The run that was started here: its state, in one line and its reason. */
export function RunLine({ quickRun, onOpen }: { quickRun: QuickRun; onOpen: (route: string) => void }): ReactNode {
  const t = useT('quick');
  const { workflow, run, view, error } = quickRun;
  const failure = error ?? view.error;
  const steps = [...view.steps.values()].filter((step) => step.status === 'done').length;
  const status = error === undefined ? view.status : 'failed';
  const took = view.startedAt === undefined || view.endedAt === undefined ? undefined : view.endedAt - view.startedAt;
  const words = {
    queued: t('run.queued'),
    running: run === undefined ? t('run.starting') : t('run.running', { count: steps }),
    waiting: t('run.waiting'),
    paused: t('run.paused'),
    done: took === undefined ? t('run.done') : t('run.doneIn', { time: formatDuration(took) }),
    failed: t('run.failed'),
    cancelled: t('run.cancelled'),
  }[status];
  const icon = {
    queued: 'clock',
    running: 'loader-circle',
    waiting: 'hand',
    paused: 'pause',
    done: 'circle-check',
    failed: 'circle-alert',
    cancelled: 'ban',
  }[status];
  return (
    <div className="quick-run" data-status={status} role="status">
      <div className="quick-run-head">
        <span className="quick-run-icon">{status === 'running' ? <Spinner size={16} /> : <Icon name={icon} size={16} />}</span>
        <span className="quick-title">{workflow.name}</span>
        <span className="quick-run-words">{words}</span>
        {run !== undefined && (
          <Button variant="ghost" onClick={() => onOpen(routes.runs(run.id))}>
            {t('run.open')} <Kbd keys="Enter" />
          </Button>
        )}
      </div>
      {failure !== undefined && (
        <p className="quick-run-why">
          {failure.message} {failure.hint}
        </p>
      )}
    </div>
  );
}
