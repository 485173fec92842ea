import type { Job } from '../../../shared/model/job.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, ListDetail, Skeleton, SkeletonRows, toastError } from '../../ui/index.ts';
import { useOpenItems } from '../inbox/index.ts';
import { useJobs } from '../workflow/index.ts';
import { JobDetail } from './job-detail.tsx';
import { JobRow } from './job-row.tsx';
import { groupsOf } from './jobs-model.ts';

/** The list, on and off, and the chosen job beside it. */
export function JobsView({ id }: { id: string | undefined }) {
  const t = useT('jobs');
  const { jobs, error, retry, put } = useJobs();
  const { items } = useOpenItems();
  if (jobs === undefined && error !== undefined) return <ErrorState error={error} onRetry={retry} safe={t('safe')} />;
  if (jobs?.length === 0) return <NoJobs />;
  const { on, off } = groupsOf(jobs ?? []);
  const chosen = id === undefined ? (on[0] ?? off[0]) : jobs?.find((job) => job.id === id);
  const waitingOf = (job: Job) => (items ?? []).filter((item) => item.job === job.id);
  const group = (title: string, list: readonly Job[]) =>
    list.length === 0 ? null : (
      <section aria-label={title}>
        <h2 className="px-2.5 pt-2 pb-1 font-normal text-ink-3 text-xs">{title}</h2>
        {list.map((job) => (
          <JobRow key={job.id} job={job} waiting={waitingOf(job).length} selected={job.id === chosen?.id} />
        ))}
      </section>
    );
  return (
    <ListDetail
      listLabel={t('list')}
      detailLabel={t('detail')}
      list={
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-3">
          {jobs === undefined && <SkeletonRows tall count={6} />}
          {group(t('on'), on)}
          {group(t('off'), off)}
        </div>
      }
      detail={
        chosen !== undefined ? (
          <JobDetail key={chosen.id} job={chosen} waiting={waitingOf(chosen)} onChanged={put} />
        ) : jobs === undefined ? (
          <div className="late flex flex-col gap-4 p-6">
            <Skeleton className="h-4 w-48" />
            <Skeleton className="w-3/5" />
            <Skeleton className="w-2/5" />
          </div>
        ) : (
          <EmptyState icon="calendar-clock" title={t('gone')} text={t('goneText')} />
        )
      }
    />
  );
}

/** Samples that start by themselves, by their tags. */
const startingTags = new Set(['schedule', 'trigger', 'triggers', 'webhook', 'job']);
const offered = 2;

function NoJobs() {
  const t = useT('jobs');
  const samples = useCall((signal) => client.workflows.listSamples(undefined, { signal }), []);
  const fitting = (samples.data ?? []).filter(({ tags }) => tags.some((tag) => startingTags.has(tag))).slice(0, offered);
  const open = (file: string) =>
    void client.workflows
      .openSample({ file })
      .then(({ id }) => navigate(routes.workflows(id)))
      .catch((thrown: unknown) => toastError(toAppError(thrown)));
  return (
    <EmptyState
      icon="calendar-clock"
      title={t('empty')}
      text={t('emptyText')}
      action={
        <>
          <Button variant="primary" icon="workflow" onClick={() => navigate(routes.workflows())}>
            {t('toWorkflows')}
          </Button>
          {fitting.map(({ file, name }) => (
            <Button key={file} onClick={() => open(file)}>
              {t('fromSample', { name })}
            </Button>
          ))}
        </>
      }
    />
  );
}
