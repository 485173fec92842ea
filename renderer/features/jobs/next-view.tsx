// What will run next, over all jobs, under day headings.

import { Link } from 'wouter';
import type { Job } from '../../../shared/model/job.ts';
import { client, useCall } from '../../api/index.ts';
import { routes, useStatus } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  daysBetween,
  EmptyState,
  ErrorState,
  formatClock,
  formatDateTime,
  formatDay,
  Icon,
  SkeletonRows,
  useClock,
  When,
} from '../../ui/index.ts';
import { useJobs } from '../workflow/index.ts';
import { byDay, folded, iconOf, type Rest, withNextOfEach } from './jobs-model.ts';

const most = 200;
const soonMs = 3_600_000;

export function NextView() {
  const t = useT('jobs');
  const now = useClock();
  const { jobs } = useJobs();
  const due = useStatus()?.nextDue?.at;
  const stamp = jobs?.map((job) => `${job.id}${job.nextDueAt}${job.isOn}`).join();
  const next = useCall((signal) => client.jobs.listNext({ limit: most }, { signal }), [stamp, due]);
  if (next.data === undefined)
    return next.error === undefined ? (
      <SkeletonRows count={10} />
    ) : (
      <ErrorState error={next.error} onRetry={next.reload} safe={t('safe')} />
    );
  const entries = withNextOfEach(next.data, jobs ?? []);
  if (entries.length === 0) return <EmptyState className="flex-1" icon="calendar-clock" title={t('nextEmpty')} text={t('nextEmptyText')} />;
  return (
    <div className="mx-auto flex w-full max-w-[1120px] flex-col gap-5">
      {byDay(entries, now).map((day) => (
        <section key={day.at} aria-label={formatDay(day.at, now)}>
          <h2 className="m-0 pb-1 font-semibold text-base text-ink">
            {formatDay(day.at, now)}
            <span className="ml-2 font-normal text-ink-3 text-sm">{dateBeside(day.at, now)}</span>
          </h2>
          <ol className="m-0 list-none divide-y divide-line border-line border-y p-0">
            {folded(day.entries).map((entry) => (
              <Row key={`${entry.job}${entry.at}`} {...entry} job={jobs?.find(({ id }) => id === entry.job)} id={entry.job} now={now} />
            ))}
          </ol>
        </section>
      ))}
      {next.data.length === most && <p className="m-0 text-ink-3 text-sm">{t('nextMore')}</p>}
    </div>
  );
}

/** The date beside a day's name, without what that name says already. */
function dateBeside(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days >= 7) return new Date(at).toLocaleDateString('en-GB', { weekday: 'long' });
  const date = { day: 'numeric', month: 'long' } as const;
  return new Date(at).toLocaleDateString('en-GB', days > 1 ? date : { weekday: 'long', ...date });
}

interface RowProps {
  id: Job['id'];
  title: string;
  at: number;
  isKept: boolean;
  rest?: Rest;
  job: Job | undefined;
  now: number;
}

function Row({ id, title, at, isKept, rest, job, now }: RowProps) {
  const t = useT('jobs');
  const words = rest === undefined ? job?.when : t('nextRest', { count: rest.count - 1, until: formatClock(rest.until) });
  return (
    <li className="flex h-[34px] items-center gap-3">
      <time className="tabular w-14 shrink-0 text-ink" dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
        {formatClock(at)}
      </time>
      <Icon name={iconOf(job?.kind ?? 'trigger.schedule')} size={14} className="shrink-0 text-ink-3" />
      <Link href={routes.jobs(id)} className="min-w-0 truncate text-ink no-underline hover:underline">
        {title}
      </Link>
      <span className="min-w-0 flex-1 truncate text-ink-3 text-sm">{words}</span>
      {isKept && (
        <span className="shrink-0 text-ink-3 text-sm" title={t('keptHint')}>
          {t('kept')}
        </span>
      )}
      <span className="w-20 shrink-0 text-right text-ink-2 text-sm max-[860px]:w-16">{at - now < soonMs && <When at={at} />}</span>
    </li>
  );
}
