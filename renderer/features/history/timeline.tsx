import { useEffect, useState } from 'react';
import type { ChangeKind, ChangeSet } from '../../../shared/model/change.ts';
import { changeKind } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  ArrowList,
  Button,
  cn,
  EmptyState,
  ErrorState,
  formatDay,
  Icon,
  ListDetail,
  SearchField,
  Select,
  SkeletonRows,
  TimeOf,
  useClock,
} from '../../ui/index.ts';
import { SetDetail } from './set-detail.tsx';
import { useWho } from './use-who.ts';
import { actorIcons, setTitle } from './words.ts';

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
  const chosen = id ?? list?.[0]?.id;
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
      className="history-lists"
      listLabel={t('list')}
      detailLabel={t('detail')}
      list={
        <>
          <div className="flex flex-col gap-1.5 px-3 pt-3 pb-2">
            <SearchField label={t('search')} value={query} onChange={setQuery} />
            <div className="flex gap-1.5 max-[1000px]:flex-col">
              <Select<Who>
                aria-label={t('who')}
                className="min-w-0 flex-[1.35] max-[1000px]:flex-none"
                value={by}
                onChange={setBy}
                options={who.map((value) => ({ value, label: t(`by.${value}`) }))}
              />
              <Select<ChangeKind | ''>
                aria-label={t('what')}
                className="min-w-0 flex-1 max-[1000px]:flex-none"
                value={kind}
                onChange={setKind}
                options={[
                  { value: '', label: t('anything') },
                  ...changeKind.options.map((value) => ({ value, label: t(`kinds.${value}`) })),
                ]}
              />
            </div>
          </div>
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-3" aria-busy={sets.loading}>
            {list === undefined ? <SkeletonRows tall count={8} /> : null}
            {list?.length === 0 ? (
              <EmptyState icon="search" title={t('noHits')} text={t('noHitsText')} action={<Button onClick={clear}>{t('clear')}</Button>} />
            ) : null}
            <ArrowList>
              <Days sets={list ?? []} chosen={chosen} />
            </ArrowList>
            {list !== undefined && list.length === limit && limit < 500 ? (
              <Button variant="ghost" className="mt-1 self-start" loading={sets.loading} onClick={() => setLimit(limit + step)}>
                {t('more')}
              </Button>
            ) : null}
          </div>
        </>
      }
      detail={chosen === undefined ? null : <SetDetail id={chosen} version={version} />}
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
      <h2 className="m-0 px-2.5 pt-2 pb-1 font-normal text-ink-3 text-xs">{day}</h2>
      {list.map((set) => (
        <SetRow key={set.id} set={set} isSelected={set.id === chosen} />
      ))}
    </section>
  ));
}

function SetRow({ set, isSelected }: { set: ChangeSet; isSelected: boolean }) {
  const t = useT('history');
  const isUndone = set.undone === set.count;
  const who = useWho()(set.actor);
  return (
    <button
      type="button"
      data-row=""
      aria-current={isSelected || undefined}
      onClick={() => navigate(routes.history(set.id))}
      className={cn(
        '-outline-offset-2 flex w-full min-w-0 items-start gap-2 rounded-sm px-2.5 py-1.5 text-left hover:bg-sunken dark:hover:bg-panel',
        isSelected && 'bg-raised shadow-raised hover:bg-raised dark:hover:bg-raised',
      )}
    >
      <Icon name={set.isUndo ? 'undo-2' : actorIcons[set.actor.kind]} className="mt-0.5 shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className={cn('min-w-0 flex-1 truncate font-medium text-base text-ink', isUndone && 'text-ink-3 line-through')}>
            {setTitle(set)}
          </span>
          <span className="tabular shrink-0 text-ink-3 text-xs">
            <TimeOf at={set.at} />
          </span>
        </span>
        <span className="block truncate text-ink-3 text-xs">
          {set.isUndo ? t('undid', { who }) : who} · {t('changes', { count: set.count })}
          {isUndone ? ` · ${t('undone')}` : set.undone > 0 ? ` · ${t('partlyUndone', { count: set.undone })}` : ''}
        </span>
      </span>
    </button>
  );
}
