import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { InboxItem } from '../../../shared/model/grant.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Icon, TimeAgo } from '../../ui/index.ts';
import { settledAt, titleOf } from './approval-text.ts';
import { useShortDeadline } from './deadline.ts';

const icons = { approval: 'hand', question: 'message-circle', 'unknown-outcome': 'help-circle' } as const;

export function InboxRow({ item, count, selected }: { item: InboxItem; count: number; selected: boolean }): ReactNode {
  const t = useT('inbox');
  const deadline = useShortDeadline(item);
  return (
    <Link className="inbox-row" data-row="" href={`/inbox/${item.id}`} aria-current={selected} data-open={item.status === 'open'}>
      <Icon name={item.status === 'open' ? 'hand' : icons[item.request.kind]} size={16} />
      <span className="inbox-row-title">{titleOf(item)}</span>
      <span className="inbox-row-sub">
        {/* First, so that it is never the part that is cut off. */}
        {count > 1 && `${t('times', { count })} · `}
        {deadline ?? <TimeAgo at={settledAt(item)} />} · {visibleText(item.title)}
      </span>
    </Link>
  );
}
