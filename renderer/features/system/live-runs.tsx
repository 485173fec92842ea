import { useState } from 'react';
import { Link } from 'wouter';
import { isRunOver, type RunSummary } from '../../../shared/model/run.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorState, Icon, IconButton, SectionTitle, SkeletonRows, TimeAgo, toast } from '../../ui/index.ts';
import { kindNames, kindOf } from '../runs/index.ts';

const isLive = (run: RunSummary): boolean => !isRunOver(run.status);

function Sign({ status }: { status: RunSummary['status'] }) {
  if (status === 'waiting') return <Icon name="hand" size={14} className="shrink-0 text-wait" />;
  if (status === 'running') return <Icon name="loader-circle" size={14} className="spin shrink-0 text-run" />;
  return <Icon name={status === 'paused' ? 'pause' : 'clock'} size={14} className="shrink-0 text-ink-3" />;
}

function State({ run }: { run: RunSummary }) {
  const t = useT('system');
  if (run.status === 'waiting') return <span className="text-wait">{t('waiting')}</span>;
  if (run.status === 'queued' || run.status === 'paused') return t(run.status);
  return t('steps', { count: run.stepsDone });
}

export function LiveRuns() {
  const t = useT('system');
  const tRuns = useT('runs');
  const nameOf = (run: RunSummary): string => tRuns(kindNames[kindOf(run)], { number: run.number });
  const [changed, setChanged] = useState<ReadonlyMap<string, RunSummary>>(new Map());
  const first = useCall((signal) => client.runs.list({ status: ['queued', 'running', 'waiting', 'paused'], limit: 100 }, { signal }), []);
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (runs) => setChanged((before) => new Map([...before, ...runs.map((run) => [run.id, run] as const)])),
    [],
  );
  const known = new Map((first.data ?? []).map((run) => [run.id as string, run]));
  const runs = [...new Map([...known, ...changed]).values()].filter(isLive).sort((a, b) => b.startedAt - a.startedAt);
  return (
    <section>
      <SectionTitle {...(first.data === undefined ? {} : { count: runs.length })}>{t('runs')}</SectionTitle>
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
              <Sign status={run.status} />
              <Link href={routes.runs(run.id)} className="min-w-0 flex-1 truncate text-ink no-underline hover:underline">
                {run.title} <span className="text-ink-3">{nameOf(run)}</span>
              </Link>
              <span className="tabular shrink-0 text-ink-3 text-sm">
                <State run={run} /> · <TimeAgo at={run.startedAt} />
              </span>
              <IconButton
                size="s"
                icon="square"
                label={t('stop', { name: nameOf(run) })}
                onClick={() => void client.runs.cancel({ id: run.id }).catch((error: unknown) => toast.error(toAppError(error)))}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
