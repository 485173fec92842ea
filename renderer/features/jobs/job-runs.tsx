import { Link } from 'wouter';
import type { Job } from '../../../shared/model/job.ts';
import { client, useCall } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Duration, TimeOf } from '../../ui/index.ts';
import { RunState } from '../workflow/index.ts';
import { JobList, jobListLook } from './job-list.tsx';

/** The newest runs that this job started. */
export function JobRuns({ job }: { job: Job }) {
  const t = useT('jobs');
  const stamp = `${job.lastRun?.id}/${job.lastRun?.status}`;
  const runs = useCall((signal) => client.runs.list({ job: job.id, limit: 8 }, { signal }), [job.id, stamp]);
  return (
    <JobList title={t('lastRuns')} call={runs} empty={t('noRuns')}>
      {(items) => (
        <ul className={jobListLook}>
          {items.map((run) => (
            <li key={run.id} className="tabular flex min-h-[34px] items-center gap-3">
              <Link href={routes.runs(run.id)} className="w-[116px] shrink-0 text-ink no-underline hover:underline">
                {t('number', { number: run.number })}
              </Link>
              <RunState status={run.status} className="min-w-0 flex-1" />
              <span className="text-ink-2 text-sm">{run.endedAt !== undefined && <Duration ms={run.endedAt - run.startedAt} />}</span>
              <TimeOf at={run.startedAt} className="w-28 text-right text-ink-3 text-sm" />
            </li>
          ))}
        </ul>
      )}
    </JobList>
  );
}
