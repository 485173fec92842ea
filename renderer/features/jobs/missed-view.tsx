// What was due while nothing could run, newest first, and why.

import { useState } from 'react';
import type { DueRun } from '../../../shared/model/job.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, SkeletonRows, toastError } from '../../ui/index.ts';
import { useJobs } from '../workflow/index.ts';
import { DueRow } from './due-row.tsx';

const pageSize = 50;

export function MissedView() {
  const t = useT('jobs');
  const { jobs } = useJobs();
  const stamp = jobs?.map((job) => `${job.id}${job.nextDueAt}${job.lastRun?.id}`).join();
  const missed = useCall((signal) => client.jobs.listPast({ state: ['missed'], limit: pageSize }, { signal }), [stamp]);
  const [older, setOlder] = useState<readonly DueRun[]>([]);
  const [isLoading, setLoading] = useState(false);
  const [isEnd, setEnd] = useState(false);
  if (missed.data === undefined)
    return missed.error === undefined ? (
      <SkeletonRows count={8} tall />
    ) : (
      <ErrorState error={missed.error} onRetry={missed.reload} safe={t('safe')} />
    );
  const known = new Set(missed.data.map(({ id }) => id));
  const all = [...missed.data, ...older.filter(({ id }) => !known.has(id))];
  if (all.length === 0) return <EmptyState className="flex-1" icon="check-check" title={t('missedEmpty')} text={t('missedEmptyText')} />;
  const more = async () => {
    setLoading(true);
    try {
      const found = await client.jobs.listPast({ state: ['missed'], limit: pageSize, before: all.at(-1)?.dueAt });
      setEnd(found.length < pageSize);
      setOlder((before) => [...before, ...found]);
    } catch (thrown) {
      toastError(toAppError(thrown));
    } finally {
      setLoading(false);
    }
  };
  return (
    <div className="mx-auto flex w-full max-w-[1120px] flex-col gap-5">
      <p className="m-0 text-ink-2">{t('missedIntro')}</p>
      <ul className="m-0 -mt-2 list-none divide-y divide-line border-line border-y p-0">
        {all.map((due) => (
          <DueRow key={due.id} due={due} withTitle />
        ))}
      </ul>
      {missed.data.length === pageSize && !isEnd && (
        <div>
          <Button loading={isLoading} onClick={() => void more()}>
            {t('older')}
          </Button>
        </div>
      )}
    </div>
  );
}
