// What ran: the list with its filters, and beside it the run that was chosen.

import { useDeferredValue, useState } from 'react';
import { useRoute } from 'wouter';
import { type RunStatus, runStatus } from '../../../shared/model/run.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Combobox, EmptyState, ErrorNote, ErrorState, SearchField, Select, SkeletonRows } from '../../ui/index.ts';
import { RunDetail } from './run-detail.tsx';
import { RunList } from './run-list.tsx';
import { allRuns, type RunFilter } from './run-list-model.ts';
import { useRunList } from './use-run-list.ts';

export function RunsPage() {
  const t = useT('runs');
  const [isOpen, params] = useRoute('/runs/:id');
  const chosen = isOpen ? decodeURIComponent(params.id) : undefined;
  const [filter, setFilter] = useState<RunFilter>(allRuns);
  const { runs, error, more, reload, drop } = useRunList(useDeferredValue(filter));
  const isFiltered = JSON.stringify(filter) !== JSON.stringify(allRuns);
  const isNarrow = chosen !== undefined;
  return (
    <div className="flex h-full min-h-0">
      <section
        aria-label={t('title')}
        className={isNarrow ? 'flex w-72 shrink-0 flex-col border-line border-r max-[1100px]:w-60' : 'flex min-w-0 flex-1 flex-col'}
      >
        <Filters filter={filter} onChange={setFilter} isNarrow={isNarrow} />
        {error !== undefined && runs !== undefined && <ErrorNote error={error} className="mx-3 mb-2" />}
        {runs === undefined ? (
          error === undefined ? (
            <div className="px-3">
              <SkeletonRows count={12} />
            </div>
          ) : (
            <ErrorState error={error} onRetry={reload} safe={t('safe')} />
          )
        ) : runs.length === 0 ? (
          <EmptyState
            icon="activity"
            title={t(isFiltered ? 'none-found' : 'empty')}
            text={t(isFiltered ? 'none-found-text' : 'empty-text')}
            action={
              isFiltered ? (
                <Button onClick={() => setFilter(allRuns)}>{t('clear')}</Button>
              ) : (
                <Button icon="workflow" onClick={() => navigate(routes.workflows())}>
                  {t('to-workflows')}
                </Button>
              )
            }
          />
        ) : (
          <RunList runs={runs} chosen={chosen} isNarrow={isNarrow} onChoose={(run) => navigate(routes.runs(run.id))} onEnd={more} />
        )}
      </section>
      {chosen !== undefined && (
        <section aria-label={t('detail')} className="flex min-w-0 flex-1 flex-col">
          <RunDetail
            key={chosen}
            id={chosen}
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

const isStatus = (value: string): value is RunStatus => runStatus.safeParse(value).success;

function Filters({ filter, onChange, isNarrow }: { filter: RunFilter; onChange(filter: RunFilter): void; isNarrow: boolean }) {
  const t = useT('runs');
  const workflows = useCall((signal) => client.workflows.list({}, { signal }), []);
  return (
    <header className={isNarrow ? 'flex flex-col gap-2 p-3' : 'flex h-12 shrink-0 items-center gap-2 px-5'}>
      <h1 className={isNarrow ? 'sr-only' : 'flex-1 text-lg font-semibold text-ink'}>{t('title')}</h1>
      <SearchField
        label={t('search')}
        value={filter.query}
        onChange={(query) => onChange({ ...filter, query })}
        className={isNarrow ? '' : 'w-56'}
      />
      <div className="flex gap-2">
        <Select
          aria-label={t('filter-status')}
          className={isNarrow ? '' : 'w-36'}
          value={filter.status}
          options={[
            { value: 'all', label: t('any-status') },
            ...runStatus.options.map((value) => ({ value, label: t(`status.${value}`) })),
          ]}
          onChange={(value) => onChange({ ...filter, status: isStatus(value) ? value : 'all' })}
        />
        <Combobox
          aria-label={t('filter-workflow')}
          className={isNarrow ? '' : 'w-44'}
          value={filter.kind === 'turn' ? '#turns' : filter.workflow === '' ? '#all' : filter.workflow}
          options={[
            { value: '#all', label: t('any-workflow') },
            { value: '#turns', label: t('only-turns') },
            ...(workflows.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) =>
            onChange({ ...filter, kind: value === '#turns' ? 'turn' : 'all', workflow: value.startsWith('#') ? '' : value })
          }
        />
      </div>
    </header>
  );
}
