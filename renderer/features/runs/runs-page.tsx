// What ran: the list with its filters, and beside it the run that was chosen.

import { useDeferredValue, useMemo, useState } from 'react';
import { useRoute } from 'wouter';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorNote, ErrorState, SkeletonRows } from '../../ui/index.ts';
import { useJobs } from '../workflow/index.ts';
import { RunDetail } from './run-detail.tsx';
import { RunFilters } from './run-filters.tsx';
import { RunList } from './run-list.tsx';
import { allRuns, isFiltered, type ListedKind, type RunFilter, withoutFilters } from './run-list-model.ts';
import { useRunList } from './use-run-list.ts';

export function RunsPage() {
  const t = useT('runs');
  const [isOpen, params] = useRoute('/runs/:id');
  const chosen = isOpen ? decodeURIComponent(params.id) : undefined;
  const [filter, setFilter] = useState<RunFilter>(allRuns);
  const { runs, error, more, reload, drop } = useRunList(useDeferredValue(filter));
  const { jobs } = useJobs();
  const jobTitles = useMemo(() => jobs && new Map<string, string>(jobs.map(({ id, title }) => [id, title])), [jobs]);
  const isNarrow = chosen !== undefined;
  /** A run that was opened by its address is of the kind that is listed, unless the person looks for something. */
  const onKind = (kind: ListedKind) => {
    if (filter.kind !== kind && !isFiltered(filter)) setFilter({ ...allRuns, kind });
  };
  return (
    <div className="flex h-full min-h-0">
      <section
        aria-label={t('title')}
        // Where there is room for one of them, the open run has it; closing it brings the list back.
        className={
          isNarrow
            ? 'flex w-72 shrink-0 flex-col border-line border-r max-[1100px]:w-60 max-[760px]:hidden'
            : 'flex min-w-0 flex-1 flex-col'
        }
      >
        <RunFilters filter={filter} onChange={setFilter} isNarrow={isNarrow} />
        {error !== undefined && runs !== undefined && <ErrorNote error={error} className="mx-3 mb-2" />}
        {runs === undefined ? (
          error === undefined ? (
            <div className="px-3">
              <SkeletonRows count={12} tall={isNarrow} />
            </div>
          ) : (
            <ErrorState error={error} onRetry={reload} safe={t('safe')} />
          )
        ) : runs.length === 0 ? (
          <NothingThere filter={filter} onChange={setFilter} />
        ) : (
          <RunList
            runs={runs}
            chosen={chosen}
            isNarrow={isNarrow}
            jobTitles={jobTitles}
            onChoose={(run) => navigate(routes.runs(run.id))}
            onEnd={more}
          />
        )}
      </section>
      {chosen !== undefined && (
        <section aria-label={t('detail')} className="flex min-w-0 flex-1 flex-col">
          <RunDetail
            key={chosen}
            id={chosen}
            jobTitles={jobTitles}
            onKind={onKind}
            onClose={() => navigate(routes.runs())}
            onRemoved={(id) => {
              drop(id);
              navigate(routes.runs());
            }}
          />
        </section>
      )}
    </div>
  );
}

/** Nothing ran, or nothing matches: one sentence and the one next action. */
function NothingThere({ filter, onChange }: { filter: RunFilter; onChange(filter: RunFilter): void }) {
  const t = useT('runs');
  if (isFiltered(filter))
    return (
      <EmptyState
        icon="search"
        title={t('none-found')}
        text={t('none-found-text')}
        action={<Button onClick={() => onChange(withoutFilters(filter))}>{t('clear')}</Button>}
      />
    );
  if (filter.kind === 'session')
    return (
      <EmptyState
        icon="plug"
        title={t('empty-sessions')}
        text={t('empty-sessions-text')}
        action={
          <Button icon="plug" onClick={() => navigate(routes.settings('programs'))}>
            {t('to-programs')}
          </Button>
        }
      />
    );
  if (filter.kind === 'turn')
    return (
      <EmptyState
        icon="message-square"
        title={t('empty-turns')}
        text={t('empty-turns-text')}
        action={
          <Button icon="message-square" onClick={() => navigate(routes.chat())}>
            {t('to-chat')}
          </Button>
        }
      />
    );
  return (
    <EmptyState
      icon="activity"
      title={t('empty')}
      text={t('empty-text')}
      action={
        <Button icon="workflow" onClick={() => navigate(routes.workflows())}>
          {t('to-workflows')}
        </Button>
      }
    />
  );
}
