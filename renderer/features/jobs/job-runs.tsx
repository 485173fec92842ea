import { Link } from 'wouter';
import type { Job } from '../../../shared/model/job.ts';
import { client, useCall } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Duration, ErrorNote, SectionTitle, SkeletonRows, TimeOf } from '../../ui/index.ts';
import { RunState } from '../workflow/index.ts';

/** The newest runs that this job started. */
export function JobRuns({ job }: { job: Job }) {
  const t = useT('jobs');
  const stamp = `${job.lastRun?.id}/${job.lastRun?.status}`;
  const runs = useCall((signal) => client.runs.list({ job: job.id, limit: 8 }, { signal }), [job.id, stamp]);
  return (
    <section>
      <SectionTitle>{t('lastRuns')}</SectionTitle>
      {runs.error !== undefined && <ErrorNote error={runs.error} />}
      {runs.data === undefined ? (
        runs.error === undefined && <SkeletonRows count={3} />
      ) : runs.data.length === 0 ? (
        <p className="m-0 text-ink-2">{t('noRuns')}</p>
      ) : (
        <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
          {runs.data.map((run) => (
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
    </section>
  );
}
