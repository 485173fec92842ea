import { useState } from 'react';
import { useRoute } from 'wouter';
import type { MemoryItem } from '../../../shared/model/memory.ts';
import { client } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Button,
  Combobox,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  ListDetail,
  Page,
  SearchField,
  SkeletonRows,
  toast,
  useDialog,
} from '../../ui/index.ts';
import { ItemDetail } from './item-detail.tsx';
import { ItemDialog } from './item-dialog.tsx';
import { MemoryRow } from './memory-row.tsx';
import { useMemory } from './use-memory.ts';

export function MemoryPage() {
  const t = useT('memory');
  const [, params] = useRoute('/memory/:id');
  const [query, setQuery] = useState('');
  const [tag, setTag] = useState<string>();
  const memory = useMemory(query, tag);
  const [editing, setEditing] = useState<MemoryItem>();
  const forget = useDialog<MemoryItem>();
  const isNew = params?.id === 'new';
  const items = memory.data?.items;
  const chosen = items?.find((item) => item.id === params?.id);
  const close = (): void => navigate(routes.memory());
  const isFiltered = query.trim() !== '' || tag !== undefined;

  const content = (() => {
    if (memory.error !== undefined && items === undefined) return <ErrorState error={memory.error} onRetry={memory.reload} />;
    if (items === undefined) return <SkeletonRows count={10} tall />;
    if (items.length > 0)
      return (
        <>
          {items.map((item) => (
            <MemoryRow key={item.id} item={item} isSelected={item.id === chosen?.id} onOpen={() => navigate(routes.memory(item.id))} />
          ))}
          {memory.more === 0 ? null : (
            <Button variant="ghost" className="mt-1 self-start" loading={memory.loading} onClick={memory.showMore}>
              {t('showMore', { count: memory.more })}
            </Button>
          )}
        </>
      );
    if (query.trim() !== '')
      return (
        <EmptyState
          icon="search"
          title={t('noHits', { query: query.trim() })}
          text={t('noHitsText')}
          action={<Button onClick={() => setQuery('')}>{t('clear')}</Button>}
        />
      );
    if (isFiltered)
      return <EmptyState icon="tag" title={t('noTag')} action={<Button onClick={() => setTag(undefined)}>{t('clear')}</Button>} />;
    return (
      <EmptyState
        icon="brain"
        title={t('empty')}
        text={t('emptyText')}
        action={
          <Button variant="primary" icon="plus" onClick={() => navigate(routes.memory('new'))}>
            {t('add')}
          </Button>
        }
      />
    );
  })();

  return (
    <>
      <ListDetail
        main="list"
        onClose={close}
        listLabel={t('list')}
        detailLabel={t('detail')}
        list={
          <Page
            title={t('title')}
            width="full"
            actions={
              items !== undefined && (items.length > 0 || isFiltered) ? (
                <Button variant="primary" icon="plus" onClick={() => navigate(routes.memory('new'))}>
                  {t('add')}
                </Button>
              ) : undefined
            }
          >
            <div className="flex items-center gap-2 px-5 pb-2">
              <SearchField label={t('search')} value={query} onChange={setQuery} className="max-w-[420px] flex-1" />
              {memory.tags.length === 0 ? null : (
                <Combobox
                  aria-label={t('filterTag')}
                  className="w-40"
                  value={tag ?? ''}
                  onChange={(next) => setTag(next === '' ? undefined : next)}
                  options={[
                    { value: '', label: t('allTags') },
                    ...memory.tags.map((each) => ({ value: each.tag, label: each.tag, hint: String(each.count) })),
                  ]}
                />
              )}
              <span className="flex-1" />
              {memory.data === undefined || memory.data.total === 0 ? null : (
                <span className="tabular shrink-0 text-ink-3 text-sm">{t('count', { count: memory.data.total })}</span>
              )}
            </div>
            <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-3 pb-4" aria-busy={memory.loading}>
              {content}
            </div>
          </Page>
        }
        detail={
          chosen === undefined ? null : (
            <ItemDetail item={chosen} onEdit={() => setEditing(chosen)} onForget={() => forget.show(chosen)} onClose={close} />
          )
        }
      />
      {isNew || editing !== undefined ? (
        <ItemDialog
          item={editing}
          onClose={() => {
            setEditing(undefined);
            if (isNew) close();
          }}
          onSaved={(item) => {
            setEditing(undefined);
            memory.reloadAll();
            navigate(routes.memory(item.id));
          }}
        />
      ) : null}
      <ConfirmDialog
        {...forget.props}
        title={t('forgetTitle')}
        text={
          <>
            <span className="mb-2 line-clamp-3 block text-ink">“{forget.subject?.text}”</span>
            {t('forgetText')}
          </>
        }
        action={t('forget')}
        onConfirm={async () => {
          if (forget.subject === undefined) return;
          await client.memory.forget({ id: forget.subject.id });
          toast(t('forgotten'));
          close();
          memory.reloadAll();
        }}
      />
    </>
  );
}
