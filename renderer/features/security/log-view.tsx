import { useDeferredValue, useEffect, useState } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorNote, ErrorState, ListDetail, SkeletonRows } from '../../ui/index.ts';
import { Anomalies, useAnomalies } from './anomalies.tsx';
import { EntryDetail } from './entry-detail.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogList } from './log-list.tsx';
import { filterOf, isFiltered, type LogFilter, wholeLog } from './log-model.ts';
import { useLog } from './use-log.ts';

/** The entry that an address names, as soon as it is there. */
function useNamedEntry(seq: number, onFound: (entry: AuditEntry) => void): void {
  const named = useCall(
    (signal) =>
      Number.isSafeInteger(seq) ? client.audit.list({ before: seq + 1, limit: 1 }, { signal }) : Promise.resolve([] as AuditEntry[]),
    [seq],
  );
  const found = named.data?.find((entry) => entry.seq === seq);
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once, when it is there
  useEffect(() => {
    if (found !== undefined) onFound(found);
  }, [found?.seq]);
}

interface Props {
  /** What the address asks for. */
  of: string | undefined;
  id: string | undefined;
  step: string | undefined;
}

export function LogView({ of, id, step }: Props) {
  const t = useT('security');
  const [filter, setFilter] = useState<LogFilter>(() => filterOf(of, id, step));
  const [chosen, setChosen] = useState<AuditEntry>();
  const { entries, error, more, reload } = useLog(useDeferredValue(filter));
  const { anomalies, dismiss } = useAnomalies();
  useNamedEntry(of === 'entry' ? Number(id) : Number.NaN, setChosen);
  const list =
    anomalies === undefined ? (
      <div key="unknown" className="px-3 pt-3">
        <SkeletonRows count={16} />
      </div>
    ) : (
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
      onClose={() => setChosen(undefined)}
      listLabel={t('tabs.log')}
      detailLabel={t('detail')}
      list={list}
      detail={
        chosen === undefined ? null : (
          <EntryDetail
            key={chosen.seq}
            entry={chosen}
            onClose={() => setChosen(undefined)}
            onChoose={setChosen}
            onRun={(run) => setFilter({ ...wholeLog, run })}
          />
        )
      }
    />
  );
}
