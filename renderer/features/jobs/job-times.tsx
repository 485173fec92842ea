// A job's next times, and what became of those that were.

import type { Job } from '../../../shared/model/job.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { daysBetween, formatClock, formatDateTime, formatDay, useClock, When } from '../../ui/index.ts';
import { DueRow } from './due-row.tsx';
import { JobList, jobListLook } from './job-list.tsx';

const pastShown = 8;
const soonMs = 3_600_000;
const formatDate = (at: number): string => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' });

export function JobTimes({ job }: { job: Job }) {
  const t = useT('jobs');
  const now = useClock();
  const stamp = `${job.updatedAt}/${job.nextDueAt}/${job.lastRun?.id}/${job.isOn}`;
  const next = useCall((signal) => client.jobs.listNext({ job: job.id, limit: 5 }, { signal }), [job.id, stamp]);
  const past = useCall((signal) => client.jobs.listPast({ job: job.id, limit: pastShown }, { signal }), [job.id, stamp]);
  return (
    <>
      <JobList title={t('nextTimes')} call={next} empty={t(job.isOn ? 'noNext' : 'noNextOff')}>
        {(times) => (
          <ol className={jobListLook}>
            {times.map(({ at, isKept }) => (
              <li key={at} className="flex h-[30px] items-center gap-3">
                <time className="tabular w-[116px] shrink-0 text-ink" dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
                  {formatDay(at, now)} {formatClock(at)}
                </time>
                <span className="tabular min-w-0 flex-1 truncate text-ink-3 text-sm">
                  {at - now < soonMs ? <When at={at} /> : daysBetween(at, now) > 1 && daysBetween(at, now) < 7 ? formatDate(at) : ''}
                </span>
                {isKept && (
                  <span className="text-ink-3 text-sm" title={t('keptHint')}>
                    {t('kept')}
                  </span>
                )}
              </li>
            ))}
          </ol>
        )}
      </JobList>
      <JobList title={t('due')} call={past} empty={t('noDue')}>
        {(dues) => (
          <ul className={jobListLook}>
            {dues.map((due) => (
              <DueRow key={due.id} due={due} />
            ))}
          </ul>
        )}
      </JobList>
    </>
  );
}
