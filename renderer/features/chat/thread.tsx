// The messages of one conversation, virtualised. It stays at the newest line unless the person scrolled up.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { Conversation, Message } from '../../../shared/model/chat.ts';
import type { InboxItem } from '../../../shared/model/grant.ts';
import { Markdown } from '../../markdown/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Spinner } from '../../ui/index.ts';
import { WaitingCard } from '../inbox/index.ts';
import { Foot } from './foot.tsx';
import { PersonMessage } from './person-message.tsx';
import { lastOfPerson, rowsOf, type ThreadRow } from './rows.ts';
import { Reasoning, Step } from './step.tsx';
import { useElapsed } from './use-elapsed.ts';

export interface ThreadProps {
  conversation: Conversation;
  openItems: readonly InboxItem[];
  editing: string | null;
  onEdit: (message: string | null) => void;
  onResend: (message: Message, text: string) => Promise<boolean>;
  onRetry: () => void;
  saidBelow: boolean;
}

const estimates: Record<ThreadRow['kind'], number> = { person: 60, text: 90, reasoning: 26, step: 26, ask: 220, working: 26, foot: 34 };

export function Thread(props: ThreadProps): ReactNode {
  const t = useT('chat');
  const rows = rowsOf(props.conversation);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimates[rows[index]?.kind ?? 'text'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    paddingStart: 26,
    paddingEnd: 20,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 40,
  });
  useOpenAtEnd(list.scrollToEnd, props.conversation.id, lastOfPerson(props.conversation)?.id);
  const away = useAway(scroller, rows.length);
  return (
    <div className="chat-thread">
      <div className="chat-scroll" ref={scroller} role="log" aria-label={t('thread')} aria-busy={props.conversation.state === 'running'}>
        <div className="chat-column" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row !== undefined && (
                <div
                  key={item.key}
                  ref={list.measureElement}
                  data-index={item.index}
                  className={`chat-row chat-row-${row.kind}`}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <Row row={row} {...props} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {away && (
        <div className="chat-jump">
          <Button size="s" icon="arrow-down" onClick={() => list.scrollToEnd({ behavior: 'auto' })}>
            {t('jump')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Row({ row, conversation, openItems, editing, onEdit, onResend, onRetry, saidBelow }: ThreadProps & { row: ThreadRow }): ReactNode {
  switch (row.kind) {
    case 'person':
      return (
        <PersonMessage
          message={row.message}
          text={row.text}
          attached={row.attached}
          editing={editing === row.message.id}
          canEdit={conversation.state === 'idle'}
          onEdit={onEdit}
          onResend={onResend}
        />
      );
    case 'text':
      return <Markdown text={row.text} streaming={row.streaming} />;
    case 'reasoning':
      return <Reasoning text={row.text} streaming={row.streaming} />;
    case 'step':
      return <Step part={row.part} run={row.run} />;
    case 'ask': {
      const item = openItems.find((open) => open.id === row.part.inbox);
      return item === undefined ? <Step part={row.part} /> : <WaitingCard item={item} />;
    }
    case 'working':
      return <Working since={row.since} />;
    case 'foot':
      return <Foot message={row.message} text={row.text} last={row.last} onRetry={onRetry} saidBelow={saidBelow} />;
    default:
      return null;
  }
}

/** Nothing for 300 ms, then that it works, after 2 s for how long. */
function Working({ since }: { since: number }): ReactNode {
  const t = useT('chat');
  const ms = useElapsed(since);
  if (ms < 300) return <div className="chat-line" />;
  return (
    <div className="chat-line chat-working" role="status">
      <span className="chat-line-icon">
        <Spinner size={14} />
      </span>
      <span className="chat-line-label">{t('working')}</span>
      <span className="chat-line-time">{ms >= 2000 ? <span aria-hidden>{Math.floor(ms / 1000)} s</span> : null}</span>
    </div>
  );
}

/** Each conversation opens at its newest line, and what the person just sent is in sight. */
function useOpenAtEnd(scrollToEnd: () => void, id: string, sent: string | undefined): void {
  const scroll = useRef(scrollToEnd);
  scroll.current = scrollToEnd;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two say when, not how
  useEffect(() => {
    scroll.current();
  }, [id, sent]);
}

/** Whether the person has scrolled away from the newest line. */
function useAway(scroller: RefObject<HTMLDivElement | null>, count: number): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void => setAway(element.scrollHeight - element.scrollTop - element.clientHeight > 160);
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller]);
  return away && count > 0;
}
