import { Link } from 'wouter';
import type { Job } from '../../../shared/model/job.ts';
import { routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { TimeAgo, When } from '../../ui/index.ts';
import { LastChange } from '../why/index.ts';
import { Fact, Facts } from './facts.tsx';

/** When it starts, in words, and the graph that it runs. */
export function JobFacts({ job }: { job: Job }) {
  const t = useT('jobs');
  const short = useWithTilde();
  return (
    <>
      <Facts>
        <Fact name={t('when')}>{short(job.when) || t('unknownWhen')}</Fact>
        {job.isOn && job.nextDueAt !== undefined && (
          <Fact name={t('next')}>
            <When at={job.nextDueAt} />
          </Fact>
        )}
        <Fact name={t('lastRan')}>
          {job.lastRun === undefined ? (
            <span className="text-ink-2">{t('neverRan')}</span>
          ) : (
            <Link href={routes.runs(job.lastRun.id)} className="text-accent-ink no-underline hover:underline">
              <TimeAgo at={job.lastRun.at} />
              {job.lastRun.status === 'failed' && <span className="text-bad"> · {t('lastFailed')}</span>}
            </Link>
          )}
        </Fact>
        {!job.isOn && <Fact name={t('isOff')}>{t('offText')}</Fact>}
      </Facts>
      <LastChange kind="job" target={job.id} version={job.updatedAt} className="mt-2" />
    </>
  );
}
