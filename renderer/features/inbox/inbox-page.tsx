// Everything that waits for the person, and what was answered before: list and detail, answered in place.

import './inbox.css';
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation, useRoute } from 'wouter';
import { groupAlike } from '../../../shared/model/alike.ts';
import type { InboxItem } from '../../../shared/model/grant.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { ArrowList, EmptyState, ErrorState, SegmentedControl, SkeletonRows } from '../../ui/index.ts';
import { settledFirst } from './approval-text.ts';
import { InboxDetail } from './inbox-detail.tsx';
import { InboxRow } from './inbox-row.tsx';
import { useOpenItems } from './use-open-items.ts';

type Tab = 'open' | 'answered';

export function InboxPage(): ReactNode {
  const t = useT('inbox');
  const [, params] = useRoute('/inbox/:id');
  const [, go] = useLocation();
  const [wantedTab, setTab] = useState<Tab>('open');
  const open = useOpenItems();
  const openIds = open.items?.map((item) => item.id).join() ?? '';
  const answered = useCall(
    // Those whose time was over are among them.
    async (signal) => settledFirst(await client.inbox.list({ status: 'answered', limit: 200 }, { signal })),
    [openIds],
  );
  // An answered one that is shown by its address is in its own list.
  const isShownAnswered = params !== null && answered.data?.some((item) => item.id === params.id) === true;
  const tab = isShownAnswered ? 'answered' : wantedTab;
  // Runs of a job that ask the same are one row.
  const groups = useMemo(() => (open.items === undefined ? undefined : groupAlike(open.items)), [open.items]);
  const alikeOf = (id: string): readonly InboxItem[] => groups?.find((group) => group.item.id === id)?.alike ?? [];
  const items = tab === 'open' ? groups?.map((group) => group.item) : answered.data;
  const error = tab === 'open' ? open.error : answered.error;
  const wanted = groups?.find(({ item, alike }) => [item, ...alike].some((each) => each.id === params?.id))?.item;
  const selected = wanted ?? answered.data?.find((item) => item.id === params?.id) ?? items?.[0];
  const retry = tab === 'open' ? open.retry : answered.reload;

  const answeredHere = (item: InboxItem): void => {
    const next = groups?.find((group) => group.item.id !== item.id)?.item;
    go(next === undefined ? '/inbox' : `/inbox/${next.id}`);
  };
  return (
    <div className="inbox">
      <h1 className="sr-only">{t('title')}</h1>
      <div className="inbox-list">
        <div className="inbox-tabs">
          <SegmentedControl
            aria-label={t('which')}
            value={tab}
            onChange={(value: Tab) => {
              setTab(value);
              go('/inbox');
            }}
            items={[
              { value: 'open', label: groups?.length ? t('openTab', { count: groups.length }) : t('openTabNone') },
              { value: 'answered', label: t('answeredTab') },
            ]}
          />
        </div>
        <nav className="inbox-rows" aria-label={t('title')}>
          {items === undefined && error === undefined && <SkeletonRows tall count={6} />}
          <ArrowList>
            {items?.map((item) => (
              <InboxRow key={item.id} item={item} count={1 + alikeOf(item.id).length} selected={item.id === selected?.id} />
            ))}
          </ArrowList>
        </nav>
      </div>
      <section className="inbox-detail" aria-label={t('detail')}>
        {error !== undefined && items === undefined ? (
          <ErrorState error={error} onRetry={retry} />
        ) : selected !== undefined ? (
          <InboxDetail key={selected.id} item={selected} alike={alikeOf(selected.id)} onAnswered={answeredHere} />
        ) : items === undefined ? null : (
          <div className="inbox-center">
            <EmptyState
              icon={tab === 'open' ? 'inbox' : 'history'}
              title={tab === 'open' ? t('empty') : t('emptyAnswered')}
              text={tab === 'open' ? t('emptyNext') : t('emptyAnsweredNext')}
            />
          </div>
        )}
      </section>
    </div>
  );
}
