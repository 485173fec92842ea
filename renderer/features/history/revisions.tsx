import { useState } from 'react';
import type { Change, ChangeKind } from '../../../shared/model/change.ts';
import { configKinds } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import {
  ArrowList,
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNote,
  ErrorState,
  FoldRow,
  SearchField,
  Select,
  Skeleton,
  SkeletonRows,
  TimeAgo,
  toast,
  useDialog,
} from '../../ui/index.ts';
import { ChangeWhy } from './change-row.tsx';
import { Difference, Lines } from './difference.tsx';
import { tellResult } from './tell-result.ts';
import { useWho } from './use-who.ts';
import { iconOf, verbOf } from './words.ts';

/** Every recorded state of the configuration, newest first, and the way back to each. */
export function Revisions({ version }: { version: number }) {
  const t = useT('history');
  const [kind, setKind] = useState<ChangeKind | ''>('');
  const [query, setQuery] = useState('');
  const back = useDialog<Change>();
  const list = useCall(
    (signal) =>
      client.undo.listRevisions(
        { limit: 300, ...(kind === '' ? {} : { kind }), ...(query.trim() === '' ? {} : { query: query.trim() }) },
        { signal },
      ),
    [kind, query, version],
  );
  const newest = new Map<string, string>();
  for (const change of list.data ?? [])
    if (!newest.has(`${change.kind} ${change.target}`)) newest.set(`${change.kind} ${change.target}`, change.id);
  const isFiltered = kind !== '' || query.trim() !== '';
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pt-2.5 pb-10">
      <div className="mx-auto flex w-full max-w-[1120px] flex-col gap-3">
        <div className="flex items-center gap-1.5">
          <SearchField label={t('search')} value={query} onChange={setQuery} className="max-w-80 flex-1" />
          <Select<ChangeKind | ''>
            aria-label={t('revisions.kind')}
            className="w-44"
            value={kind}
            onChange={setKind}
            options={[{ value: '', label: t('revisions.all') }, ...configKinds.map((value) => ({ value, label: t(`kinds.${value}`) }))]}
          />
        </div>
        {list.error !== undefined && list.data === undefined ? <ErrorState error={list.error} onRetry={list.reload} /> : null}
        {list.data === undefined && list.error === undefined ? <SkeletonRows count={12} /> : null}
        {list.data?.length === 0 ? (
          <EmptyState
            icon="history"
            title={isFiltered ? t('noHits') : t('revisions.empty')}
            text={isFiltered ? t('noHitsText') : t('revisions.emptyText')}
          />
        ) : null}
        {list.data === undefined || list.data.length === 0 ? null : (
          <ArrowList>
            <ul className="m-0 list-none border-line border-y p-0">
              {list.data.map((change) => (
                <RevisionRow
                  key={change.id}
                  change={change}
                  isNewest={newest.get(`${change.kind} ${change.target}`) === change.id}
                  onBack={() => back.show(change)}
                />
              ))}
            </ul>
          </ArrowList>
        )}
      </div>
      <ConfirmDialog
        {...back.props}
        title={t('revisions.rollbackTitle', { title: back.subject?.title ?? '' })}
        text={
          <>
            {t('revisions.rollbackText', { kind: back.subject === undefined ? '' : t(`kind.${back.subject.kind}`) })}
            {back.subject === undefined ? null : <WouldChange change={back.subject} />}
          </>
        }
        danger={false}
        action={t('revisions.rollback')}
        onConfirm={async () => {
          if (back.subject === undefined) return;
          const result = await client.undo.rollback({ id: back.subject.id });
          const { title } = back.subject;
          if (result.done === 0 && result.failed.length === 0) toast({ title: t('revisions.same', { title }), tone: 'ok' });
          else tellResult(result, result.failed.length === 0 ? t('revisions.done', { title }) : undefined);
          list.reload();
        }}
      />
    </div>
  );
}

function RevisionRow({ change, isNewest, onBack }: { change: Change; isNewest: boolean; onBack(): void }) {
  const t = useT('history');
  const who = useWho();
  return (
    <FoldRow
      icon={iconOf(change)}
      title={
        <>
          {t(`verb.${verbOf(change)}`)} <span className="font-medium">{change.title}</span>
        </>
      }
      sub={
        <span className="truncate first-letter:uppercase">
          {t(`kind.${change.kind}`)} · {who(change.actor)} · <TimeAgo at={change.at} />
        </span>
      }
      side={
        isNewest ? (
          <Badge>{t('revisions.current')}</Badge>
        ) : change.cannotUndo !== undefined ? null : (
          <Button variant="ghost" size="s" icon="history" aria-label={`${t('revisions.rollback')}: ${change.title}`} onClick={onBack}>
            {t('revisions.rollback')}
          </Button>
        )
      }
    >
      {() => <RevisionBody change={change} />}
    </FoldRow>
  );
}

/** From how it is now to how it was then; what is sealed or too large is not shown. */
function WouldChange({ change }: { change: Change }) {
  const t = useT('history');
  const { data, error } = useCall((signal) => client.undo.getChange({ id: change.id }, { signal }), [change.id]);
  if (error !== undefined) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton className="mt-2 h-10 w-full" />;
  const { now, after } = data;
  if ((now !== null && now.text === undefined) || (after !== null && after.text === undefined)) return null;
  return (
    <div className="mt-2">
      <Lines before={now === null ? '' : (now.text ?? '')} after={after === null ? '' : (after.text ?? '')} />
      {after === null ? <p className="m-0 mt-1 text-ink-3 text-sm">{t('revisions.wouldGo')}</p> : null}
    </div>
  );
}

function RevisionBody({ change }: { change: Change }) {
  const detail = useCall((signal) => client.undo.getChange({ id: change.id }, { signal }), [change.id]);
  if (detail.error !== undefined) return <ErrorNote error={detail.error} />;
  if (detail.data === undefined) return <Skeleton className="h-16 w-full" />;
  return (
    <>
      <Difference detail={detail.data} />
      <ChangeWhy change={change} />
    </>
  );
}
