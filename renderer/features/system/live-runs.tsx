import { useState } from 'react';
import { Link } from 'wouter';
import type { RunSummary } from '../../../shared/model/run.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, ErrorState, Icon, IconButton, SectionTitle, SkeletonRows, TimeAgo, toast } from '../../ui/index.ts';

const isLive = (run: RunSummary): boolean => run.status === 'running' || run.status === 'waiting';

export function LiveRuns() {
  const t = useT('system');
  const [changed, setChanged] = useState<ReadonlyMap<string, RunSummary>>(new Map());
  const first = useCall((signal) => client.runs.list({ status: ['running', 'waiting'], limit: 100 }, { signal }), []);
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (runs) => setChanged((before) => new Map([...before, ...runs.map((run) => [run.id, run] as const)])),
    [],
  );
  const known = new Map((first.data ?? []).map((run) => [run.id as string, run]));
  const runs = [...new Map([...known, ...changed]).values()].filter(isLive).sort((a, b) => b.startedAt - a.startedAt);
  return (
    <section>
      <SectionTitle count={runs.length}>{t('runs')}</SectionTitle>
      {first.data === undefined ? (
        first.error === undefined ? (
          <SkeletonRows count={2} />
        ) : (
          <ErrorState error={first.error} onRetry={first.reload} />
        )
      ) : runs.length === 0 ? (
        <p className="m-0 text-ink-2">{t('noRuns')}</p>
      ) : (
        <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
          {runs.map((run) => (
            <li key={run.id} className="flex min-h-[34px] items-center gap-2.5">
              <Icon
                name={run.status === 'waiting' ? 'hand' : 'loader-circle'}
                size={14}
                className={cn('shrink-0', run.status === 'waiting' ? 'text-wait' : 'spin text-run')}
              />
              <Link href={routes.runs(run.id)} className="min-w-0 flex-1 truncate text-ink no-underline hover:underline">
                {run.title} <span className="text-ink-3">{t('run', { number: run.number })}</span>
              </Link>
              <span className="tabular shrink-0 text-ink-3 text-sm">
                {run.status === 'waiting' ? <span className="text-wait">{t('waiting')}</span> : t('steps', { count: run.stepsDone })} ·{' '}
                <TimeAgo at={run.startedAt} />
              </span>
              <IconButton
                size="s"
                icon="circle-stop"
                label={t('stop', { number: run.number })}
                onClick={() => void client.runs.cancel({ id: run.id }).catch((error: unknown) => toast.error(toAppError(error)))}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
