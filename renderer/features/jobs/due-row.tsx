// One time that a job was due: what became of it and why, and a way to run what was missed after all.

import { useState } from 'react';
import { Link } from 'wouter';
import type { DueRun } from '../../../shared/model/job.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, formatDateTime, formatWhen, Icon, toastError } from '../../ui/index.ts';

const looks: Record<DueRun['state'], { icon: string; className: string }> = {
  due: { icon: 'clock', className: 'text-ink-2' },
  started: { icon: 'check', className: 'text-ok' },
  missed: { icon: 'circle-alert', className: 'text-bad' },
  dropped: { icon: 'ban', className: 'text-ink-3' },
};

/** `withTitle`: among those of other jobs, all of one state. */
export function DueRow({ due, withTitle = false }: { due: DueRun; withTitle?: boolean }) {
  const t = useT('jobs');
  const [isBusy, setBusy] = useState(false);
  const look = looks[due.state];
  const start = async () => {
    setBusy(true);
    try {
      navigate(routes.runs((await client.jobs.runMissed({ id: due.id })).id));
    } catch (thrown) {
      toastError(toAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="flex min-h-[36px] flex-wrap items-center gap-x-3 gap-y-0.5 py-1">
      <time
        className="tabular w-[116px] shrink-0 text-ink-2 first-letter:uppercase"
        dateTime={new Date(due.dueAt).toISOString()}
        title={formatDateTime(due.dueAt)}
      >
        {formatWhen(due.dueAt, Date.now())}
      </time>
      {withTitle ? (
        <Link
          href={routes.jobs(due.job)}
          className="w-44 shrink-0 truncate text-ink no-underline hover:underline max-[1160px]:w-auto max-[1160px]:min-w-0 max-[1160px]:flex-1"
        >
          {due.title}
        </Link>
      ) : (
        <span className={cn('inline-flex w-20 shrink-0 items-center gap-1.5 text-sm', look.className)}>
          <Icon name={look.icon} size={14} />
          {t(`dueState.${due.state}`)}
        </span>
      )}
      <span
        className={cn(
          'min-w-0 flex-1 basis-40 text-ink-2 text-sm [overflow-wrap:anywhere] max-[760px]:order-last max-[760px]:basis-full',
          // Beside a job's name the reason has no room for its one line.
          withTitle && 'max-[1160px]:order-last max-[1160px]:basis-full',
        )}
      >
        {due.reason ?? t(`dueReason.${due.state}`)}
      </span>
      {due.state === 'missed' && due.run === undefined && (
        <Button size="s" icon="play" className="ml-auto" loading={isBusy} onClick={() => void start()}>
          {t('runMissed')}
        </Button>
      )}
      {due.run !== undefined && (
        <Link href={routes.runs(due.run)} className="ml-auto shrink-0 text-accent-ink text-sm no-underline hover:underline">
          {t('openRun')}
        </Link>
      )}
    </li>
  );
}
