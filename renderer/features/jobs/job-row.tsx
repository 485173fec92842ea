import type { Job } from '../../../shared/model/job.ts';
import { navigate, routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Icon, ListRow, When } from '../../ui/index.ts';
import { iconOf, stateOf } from './jobs-model.ts';

/** One job: its name, and below its next time and what starts it, or what is wrong or waits. */
export function JobRow({ job, waiting, selected }: { job: Job; waiting: number; selected: boolean }) {
  const t = useT('jobs');
  const short = useWithTilde();
  const state = stateOf(job, waiting);
  return (
    <ListRow
      icon={<Icon name={iconOf(job.kind)} size={15} className="shrink-0 text-ink-3" />}
      title={job.title}
      selected={selected}
      onClick={() => navigate(routes.jobs(job.id))}
      text={
        state === 'trouble' ? (
          <span className="inline-flex max-w-full items-center gap-1 text-bad">
            <Icon name="circle-alert" size={13} className="shrink-0" />
            <span className="truncate">
              {t('trouble')}: {short(job.trouble?.message ?? '')}
            </span>
          </span>
        ) : state === 'waiting' ? (
          <span className="inline-flex items-center gap-1 text-wait">
            <Icon name="hand" size={13} />
            {t('waiting', { count: waiting })}
          </span>
        ) : (
          <>
            {state === 'on' && job.nextDueAt !== undefined && (
              <>
                <When at={job.nextDueAt} /> ·{' '}
              </>
            )}
            {job.lastRun?.status === 'failed' && <span className="text-bad">{t('lastFailed')} · </span>}
            {short(job.when) || t('unknownWhen')}
          </>
        )
      }
    />
  );
}
