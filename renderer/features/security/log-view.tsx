import { useDeferredValue, useState } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorNote, ErrorState, ListDetail, SkeletonRows } from '../../ui/index.ts';
import { Anomalies, useAnomalies } from './anomalies.tsx';
import { EntryDetail } from './entry-detail.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogList } from './log-list.tsx';
import { isFiltered, type LogFilter, wholeLog } from './log-model.ts';
import { useLog } from './use-log.ts';

export function LogView() {
  const t = useT('security');
  const [filter, setFilter] = useState<LogFilter>(wholeLog);
  const [chosen, setChosen] = useState<AuditEntry>();
  const { entries, error, more, reload } = useLog(useDeferredValue(filter));
  const { anomalies, dismiss } = useAnomalies();
  const list = (
    <>
      <Anomalies
        anomalies={anomalies}
        isNarrow={chosen !== undefined}
        onDismiss={dismiss}
        onShow={(each) => setFilter({ ...wholeLog, entries: each.entries })}
      />
      <LogFilters filter={filter} onChange={setFilter} isNarrow={chosen !== undefined} />
      {error !== undefined && entries !== undefined ? <ErrorNote error={error} className="mx-5 mb-2" /> : null}
      {entries === undefined ? (
        error === undefined ? (
          <div className="px-3">
            <SkeletonRows count={14} />
          </div>
        ) : (
          <ErrorState error={error} onRetry={reload} safe={t('safe')} />
        )
      ) : entries.length === 0 ? (
        isFiltered(filter) ? (
          <EmptyState
            icon="search"
            title={t('noneFound')}
            text={t('noneFoundText')}
            action={<Button onClick={() => setFilter(wholeLog)}>{t('clear')}</Button>}
          />
        ) : (
          <EmptyState icon="shield-check" title={t('empty')} text={t('emptyText')} />
        )
      ) : (
        <LogList entries={entries} chosen={chosen?.seq} isNarrow={chosen !== undefined} onChoose={setChosen} onEnd={more} />
      )}
    </>
  );
  return (
    <ListDetail
      main="list"
      listLabel={t('tabs.log')}
      detailLabel={t('detail')}
      list={list}
      detail={
        chosen === undefined ? null : (
          <EntryDetail
            key={chosen.seq}
            entry={chosen}
            onClose={() => setChosen(undefined)}
            onRun={(run) => setFilter({ ...wholeLog, run })}
          />
        )
      }
    />
  );
}
