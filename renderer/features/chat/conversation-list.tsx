import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useDrafts } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, ErrorNote, SearchField, SkeletonRows, useDialog } from '../../ui/index.ts';
import { chatActions } from './actions.ts';
import { ConversationRow } from './conversation-row.tsx';
import type { ListedConversation, useConversationList } from './use-list.ts';

interface Props {
  selected: string | undefined;
  list: ReturnType<typeof useConversationList>;
  query: string;
  onQuery: (query: string) => void;
}

/** New chat, search, and the conversations. */
export function ConversationList({ selected, list, query, onQuery }: Props): ReactNode {
  const t = useT('chat');
  const [, go] = useLocation();
  const [renaming, setRenaming] = useState<string>();
  const removal = useDialog<ListedConversation>();
  const rename = async (item: ListedConversation, title: string): Promise<void> => {
    setRenaming(undefined);
    if (title !== '' && title !== item.title && (await chatActions.rename(item.id, title))) list.reload();
  };
  const remove = async (item: ListedConversation): Promise<void> => {
    if (!(await chatActions.remove(item.id))) return;
    useDrafts.getState().setDraft(item.id, '');
    if (item.id === selected) go('/chat');
    list.reload();
  };
  return (
    <aside className="chat-list" aria-label={t('conversations')}>
      <div className="chat-list-top">
        <Button icon="plus" className="chat-new" aria-current={selected === undefined ? 'page' : undefined} onClick={() => go('/chat')}>
          {t('newChat')}
        </Button>
        <SearchField label={t('search')} value={query} onChange={onQuery} />
      </div>
      <nav className="chat-list-rows" aria-label={t('conversations')}>
        {list.items === undefined && list.error === undefined && <SkeletonRows tall count={7} />}
        {list.error !== undefined && <ErrorNote error={list.error.toJSON()} />}
        {list.items?.length === 0 && <p className="chat-list-empty">{query.trim() === '' ? t('noChats') : t('noneFound')}</p>}
        {list.items?.map((item) => (
          <ConversationRow
            key={item.id}
            item={item}
            selected={item.id === selected}
            renaming={renaming === item.id}
            onRename={() => setRenaming(item.id)}
            onRenamed={(title) => void rename(item, title)}
            onRemove={() => removal.show(item)}
          />
        ))}
        {list.hasMore && (
          <Button variant="ghost" className="chat-new" onClick={list.more}>
            {t('older')}
          </Button>
        )}
      </nav>
      <ConfirmDialog
        {...removal.props}
        title={t('removeTitle', { title: removal.subject?.title ?? '' })}
        text={t('removeText')}
        action={t('remove')}
        onConfirm={() => (removal.subject === undefined ? undefined : remove(removal.subject))}
      />
    </aside>
  );
}
