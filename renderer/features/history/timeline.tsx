import { useEffect, useState } from 'react';
import type { ChangeKind, ChangeSet } from '../../../shared/model/change.ts';
import { changeKind } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  ArrowList,
  Button,
  EmptyState,
  ErrorState,
  formatDay,
  ListDetail,
  SearchField,
  Select,
  SkeletonRows,
  useClock,
} from '../../ui/index.ts';
import { SetDetail } from './set-detail.tsx';
import { SetRow } from './set-row.tsx';

const who = ['others', 'all', 'agent', 'workflow', 'job', 'person'] as const;
type Who = (typeof who)[number];
const step = 100;

/** Change sets, newest first, and the chosen one beside them. */
export function Timeline({ id, version }: { id: string | undefined; version: number }) {
  const t = useT('history');
  const [by, setBy] = useState<Who>('others');
  const [kind, setKind] = useState<ChangeKind | ''>('');
  const [query, setQuery] = useState('');
  const [asked, setAsked] = useState('');
  const [limit, setLimit] = useState(step);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query.trim()), 120);
    return () => clearTimeout(timer);
  }, [query]);
  const sets = useCall(
    (signal) =>
      client.undo.listSets(
        {
          limit,
          ...(by === 'others' ? { notByPerson: true } : by === 'all' ? {} : { actor: { kind: by } }),
          ...(kind === '' ? {} : { kinds: [kind] }),
          ...(asked === '' ? {} : { query: asked }),
        },
        { signal },
      ),
    [by, kind, asked, limit, version],
  );
  const isFiltered = by !== 'others' || kind !== '' || asked !== '';
  const list = sets.data;
  const clear = (): void => {
    setBy('all');
    setKind('');
    setQuery('');
  };
  if (list === undefined && sets.error !== undefined) return <ErrorState error={sets.error} onRetry={sets.reload} safe={t('safe')} />;
  if (list?.length === 0 && !isFiltered && id === undefined)
    return (
      <EmptyState
        icon="history"
        title={t('empty')}
        text={t('emptyText')}
        action={<Button onClick={() => setBy('all')}>{t('showYours')}</Button>}
      />
    );
  return (
    <ListDetail
      main="list"
      panel="wide"
      onClose={() => navigate(routes.history())}
      listLabel={t('list')}
      detailLabel={t('detail')}
      list={
        <div className="@container flex min-h-0 flex-1 flex-col">
          <div className="flex shrink-0 flex-wrap gap-1.5 px-5 py-2.5 @max-[560px]:px-3">
            <SearchField
              label={t('search')}
              value={query}
              onChange={setQuery}
              className="min-w-44 max-w-80 flex-1 @max-[560px]:max-w-none"
            />
            <div className="flex min-w-0 gap-1.5 @max-[560px]:w-full">
              <Select<Who>
                aria-label={t('who')}
                className="w-36 min-w-0 @max-[560px]:flex-[1.2]"
                value={by}
                onChange={setBy}
                options={who.map((value) => ({ value, label: t(`by.${value}`) }))}
              />
              <Select<ChangeKind | ''>
                aria-label={t('what')}
                className="w-44 min-w-0 @max-[560px]:flex-1"
                value={kind}
                onChange={setKind}
                options={[
                  { value: '', label: t('anything') },
                  ...changeKind.options.map((value) => ({ value, label: t(`kinds.${value}`) })),
                ]}
              />
            </div>
          </div>
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto pb-3" aria-busy={sets.loading}>
            {list === undefined ? (
              <div className="px-3 pt-6">
                <SkeletonRows count={12} />
              </div>
            ) : null}
            {list?.length === 0 ? (
              <EmptyState icon="search" title={t('noHits')} text={t('noHitsText')} action={<Button onClick={clear}>{t('clear')}</Button>} />
            ) : null}
            <ArrowList>
              <Days sets={list ?? []} chosen={id} />
            </ArrowList>
            {list !== undefined && list.length === limit && limit < 500 ? (
              <Button variant="ghost" className="mt-1 ml-3 self-start" loading={sets.loading} onClick={() => setLimit(limit + step)}>
                {t('more')}
              </Button>
            ) : null}
          </div>
        </div>
      }
      detail={id === undefined ? null : <SetDetail id={id} version={version} onClose={() => navigate(routes.history())} />}
    />
  );
}

function Days({ sets, chosen }: { sets: readonly ChangeSet[]; chosen: string | undefined }) {
  const now = useClock();
  const days = new Map<string, ChangeSet[]>();
  for (const set of sets) {
    const day = formatDay(set.at, now);
    days.set(day, [...(days.get(day) ?? []), set]);
  }
  return [...days].map(([day, list]) => (
    <section key={day} aria-label={day}>
      <h2 className="m-0 border-line border-b px-5 pt-2 pb-1 font-normal text-ink-3 text-xs @max-[560px]:px-3">{day}</h2>
      {list.map((set) => (
        <SetRow key={set.id} set={set} isSelected={set.id === chosen} />
      ))}
    </section>
  ));
}
