import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useT } from '../../strings/index.ts';
import { ContextMenu, Icon, IconButton, Input, Menu, MenuItem, MenuSeparator, TimeAgo } from '../../ui/index.ts';
import type { ListedConversation } from './use-list.ts';

interface Props {
  item: ListedConversation;
  selected: boolean;
  renaming: boolean;
  onRename: () => void;
  onRenamed: (title: string) => void;
  onRemove: () => void;
}

export function ConversationRow({ item, selected, renaming, onRename, onRenamed, onRemove }: Props): ReactNode {
  const t = useT('chat');
  if (renaming) return <Rename title={item.title} onDone={onRenamed} />;
  const items = (
    <>
      <MenuItem icon="pencil" onSelect={onRename}>
        {t('rename')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon="trash-2" danger onSelect={onRemove}>
        {t('removeMenu')}
      </MenuItem>
    </>
  );
  return (
    <ContextMenu items={items}>
      <div className="chat-item" data-selected={selected}>
        <Link
          href={`/chat/${item.id}`}
          className="chat-item-link"
          aria-current={selected ? 'page' : undefined}
          onKeyDown={(event: React.KeyboardEvent) => {
            if (event.key === 'F2') onRename();
            if (event.key === 'Delete') onRemove();
          }}
        >
          <span className="chat-item-title">{item.title}</span>
          <span className="chat-item-sub">
            <RowState state={item.state} />
            <span className="chat-item-agent">{item.agentName}</span>
            {' · '}
            <TimeAgo at={item.updatedAt} />
          </span>
          {item.snippet !== undefined && item.snippet !== '' && (
            <span className="chat-item-snippet">
              <Snippet text={item.snippet} />
            </span>
          )}
        </Link>
        <span className="chat-item-menu">
          <Menu trigger={<IconButton size="s" icon="ellipsis" label={t('menu', { title: item.title })} />}>{items}</Menu>
        </span>
      </div>
    </ContextMenu>
  );
}

function RowState({ state }: { state: ListedConversation['state'] }): ReactNode {
  const t = useT('chat');
  if (state === 'idle') return null;
  if (state === 'waiting')
    return (
      <span className="chat-item-waiting">
        <Icon name="hand" size={12} />
        {t('state.waiting')} ·{' '}
      </span>
    );
  return <span className="chat-item-running">{t('state.running')} · </span>;
}

/** Matches are marked with U+0001 and U+0002. */
function Snippet({ text }: { text: string }): ReactNode {
  const [before, ...marked] = text.split('\u0001');
  return [
    before,
    ...marked.flatMap((piece, index) => {
      const [match, after] = piece.split('\u0002');
      // biome-ignore lint/suspicious/noArrayIndexKey: a match is its place in the text
      return [<mark key={index}>{match}</mark>, after];
    }),
  ];
}

function Rename({ title, onDone }: { title: string; onDone: (title: string) => void }): ReactNode {
  const t = useT('chat');
  const [value, setValue] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  const cancelled = useRef(false);
  useEffect(() => field.current?.select(), []);
  return (
    <div className="chat-item-rename">
      <Input
        ref={field}
        aria-label={t('rename')}
        value={value}
        maxLength={120}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') cancelled.current = true;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
        onBlur={() => onDone(cancelled.current ? title : value.trim())}
      />
    </div>
  );
}
