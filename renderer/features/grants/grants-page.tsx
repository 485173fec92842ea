// What stands allowed or forbidden, for whom and under which conditions; what would be decided; and what was.

import { useState } from 'react';
import { useRoute } from 'wouter';
import type { GrantView } from '../../../shared/model/policy.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ArrowList, Button, EmptyState, ErrorState, ListDetail, SearchField, SkeletonRows } from '../../ui/index.ts';
import { Decisions } from './decisions.tsx';
import { DryRun } from './dry-run.tsx';
import { Column, Frame } from './frame.tsx';
import { GrantDetail } from './grant-detail.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { GrantRow } from './grant-row.tsx';
import { useGrants } from './use-grants.ts';

export function GrantsPage() {
  const [, params] = useRoute('/grants/:id');
  const id = params === null ? undefined : decodeURIComponent(params.id);
  if (id === 'decisions') return <Decisions />;
  if (id !== 'try') return <Standing id={id} />;
  return (
    <Frame view="try">
      <Column>
        <DryRun />
      </Column>
    </Frame>
  );
}

function Standing({ id }: { id: string | undefined }) {
  const t = useT('grants');
  const { grants, error, retry } = useGrants();
  const [query, setQuery] = useState('');
  const [editing, setEditing] = useState<GrantView>();
  const isNew = id === 'new';
  const wanted = query.trim().toLowerCase();
  const shown = grants?.filter(({ who, words, from }) => [who, from, ...words].join(' ').toLowerCase().includes(wanted));
  const chosen = grants?.find((each) => each.id === id);
  const holding = shown?.filter((each) => each.state !== 'revoked') ?? [];
  const revoked = shown?.filter((each) => each.state === 'revoked') ?? [];
  const close = (): void => navigate(routes.grants());
  const add = (
    <Button variant="primary" icon="plus" onClick={() => navigate(routes.grants('new'))}>
      {t('add')}
    </Button>
  );
  const content = (() => {
    if (grants === undefined)
      return error === undefined ? <SkeletonRows count={8} tall /> : <ErrorState error={error} onRetry={retry} safe={t('safe')} />;
    if (grants.length === 0) return <EmptyState icon="stamp" title={t('empty')} text={t('emptyText')} action={add} />;
    if (shown?.length === 0)
      return (
        <EmptyState
          icon="search"
          title={t('noHits', { query: query.trim() })}
          action={<Button onClick={() => setQuery('')}>{t('clear')}</Button>}
        />
      );
    return (
      <>
        {bySubject(holding).map(([who, list]) => (
          <section key={who} aria-label={who}>
            <h2 className="px-2.5 pt-3 pb-1 font-normal text-ink-3 text-xs">{groupTitle(list[0], who, t)}</h2>
            <Rows grants={list} chosen={chosen?.id} />
          </section>
        ))}
        {revoked.length === 0 ? null : (
          <section aria-label={t('revokedTitle')}>
            <h2 className="px-2.5 pt-5 pb-1 font-normal text-ink-3 text-xs">{t('revokedTitle')}</h2>
            <Rows grants={revoked} chosen={chosen?.id} />
          </section>
        )}
      </>
    );
  })();
  return (
    <Frame view="standing" actions={grants === undefined || grants.length === 0 ? undefined : add}>
      <ListDetail
        main="list"
        onClose={close}
        listLabel={t('list')}
        detailLabel={t('detail')}
        list={
          <>
            {grants === undefined || grants.length === 0 ? null : (
              <div className="flex items-center gap-3 px-5 pt-3 pb-1">
                <SearchField label={t('search')} value={query} onChange={setQuery} className="min-w-0 max-w-[420px] flex-1" />
                <span className="tabular ml-auto shrink-0 text-ink-3 text-sm">{t('count', { count: holding.length })}</span>
              </div>
            )}
            <ArrowList className="flex min-h-0 flex-1 flex-col overflow-y-auto px-3 pb-4">{content}</ArrowList>
          </>
        }
        detail={
          chosen === undefined ? null : <GrantDetail key={chosen.id} grant={chosen} onEdit={() => setEditing(chosen)} onClose={close} />
        }
      />
      {isNew || editing !== undefined ? (
        <GrantDialog
          grant={editing}
          onClose={() => {
            setEditing(undefined);
            if (isNew) close();
          }}
          onSaved={(grant) => {
            setEditing(undefined);
            navigate(routes.grants(grant.id));
          }}
        />
      ) : null}
    </Frame>
  );
}

const Rows = ({ grants, chosen }: { grants: readonly GrantView[]; chosen: string | undefined }) => (
  <ul className="m-0 flex list-none flex-col gap-px p-0">
    {grants.map((grant) => (
      <GrantRow key={grant.id} grant={grant} isSelected={grant.id === chosen} onOpen={() => navigate(routes.grants(grant.id))} />
    ))}
  </ul>
);

function bySubject(grants: readonly GrantView[]): [string, GrantView[]][] {
  const groups = new Map<string, GrantView[]>();
  for (const grant of grants) groups.set(grant.who, [...(groups.get(grant.who) ?? []), grant]);
  return [...groups].toSorted(([a], [b]) => a.localeCompare(b));
}

/** Jobs, servers and programs are named by those who made them, so what they are stands before. */
function groupTitle(grant: GrantView | undefined, who: string, t: ReturnType<typeof useT<'grants'>>): string {
  const kind = grant?.subject.kind;
  return kind === 'job' || kind === 'server' || kind === 'client' ? `${t(`kindOf.${kind}`)} · ${who}` : who;
}
