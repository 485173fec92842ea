import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Icon, TimeAgo } from '../../ui/index.ts';
import { WhyAllowed } from '../why/index.ts';
import { answerWords } from './answer-words.ts';
import { ApprovalShown } from './approval-shown.tsx';
import { settledAt, titleOf } from './approval-text.ts';
import { useDeadline } from './deadline.ts';
import { UnknownCall } from './unknown-call.tsx';
import { AlikeItems } from './use-answer.ts';
import { WaitingCard } from './waiting-card.tsx';

/** One item: where it comes from, and its card, or how it was answered. */
export function InboxDetail({
  item,
  alike,
  onAnswered,
}: {
  item: InboxItem;
  /** Questions that ask the same, and are answered with it. */
  alike: readonly InboxItem[];
  onAnswered: (item: InboxItem) => void;
}): ReactNode {
  const t = useT('inbox');
  return (
    <div className="inbox-detail-inner">
      <header className="inbox-where">
        <h2>{visibleText(item.title)}</h2>
        <span>
          {t('asked')} <TimeAgo at={item.createdAt} />
        </span>
        {item.job !== undefined && <Link href={`/jobs/${item.job}`}>{t('openJob')}</Link>}
        {item.conversation !== undefined && <Link href={`/chat/${item.conversation}`}>{t('openChat')}</Link>}
        {/* What a tool server asks by itself stands in no run. */}
        {item.run.startsWith('server.') ? null : <Link href={`/runs/${item.run}`}>{t('openRun')}</Link>}
      </header>
      {item.status === 'open' && <Unattended item={item} />}
      {alike.length > 0 && <p className="ask-words">{t('alike', { count: alike.length + 1 })}</p>}
      {item.status === 'open' ? (
        <AlikeItems value={alike}>
          <WaitingCard item={item} onAnswered={onAnswered} />
        </AlikeItems>
      ) : (
        <Answered item={item} />
      )}
    </div>
  );
}

/** Of a question that nobody was there for: who asks, and what happens when it stays unanswered. */
function Unattended({ item }: { item: InboxItem }): ReactNode {
  const t = useT('inbox');
  const deadline = useDeadline(item);
  if (item.job === undefined && deadline === undefined) return null;
  return (
    <p className="ask-words ask-quiet">
      {item.job !== undefined && t('byJob', { title: visibleText(item.title) })} {deadline}
    </p>
  );
}

function Answered({ item }: { item: InboxItem }): ReactNode {
  const t = useT('inbox');
  const { request } = item;
  return (
    <div className="inbox-answered">
      <p className="ask-words">
        <strong>{titleOf(item)}</strong>
      </p>
      <p className="inbox-verdict">
        <Icon name={isRefusal(item) ? 'ban' : 'check'} size={14} className="shrink-0" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{verdict(item, t)}</span>
        {(item.answeredAt !== undefined || item.status === 'expired') && (
          <span className="shrink-0">
            · <TimeAgo at={settledAt(item)} />
          </span>
        )}
      </p>
      {request.kind === 'approval' && <ApprovalShown request={request} />}
      {request.kind === 'unknown-outcome' && <UnknownCall request={request} />}
      {request.kind === 'approval' && <WhyAllowed run={item.run} step={item.step} isQuestionHere />}
    </div>
  );
}

const isRefusal = (item: InboxItem): boolean =>
  item.status === 'withdrawn' ||
  item.status === 'expired' ||
  (item.answer?.kind === 'approval' && item.answer.answer === 'deny') ||
  (item.answer?.kind === 'question' && isUnsent(item.answer.value)) ||
  (item.answer?.kind === 'unknown-outcome' && item.answer.answer === 'skip');

/** A form of a tool server that the person chose not to send. */
const isUnsent = (value: JsonValue): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && value['orrery.send'] === false;

function verdict(item: InboxItem, t: ReturnType<typeof useT<'inbox'>>): string {
  const { answer } = item;
  if (item.status === 'expired') return t(item.request.kind === 'approval' ? 'expired' : 'expiredQuestion');
  if (answer === undefined) return t('withdrawn');
  if (answer.kind === 'approval') return t(`answered.${answer.answer}`);
  if (answer.kind === 'unknown-outcome') return t(`answered.${answer.answer}`);
  if (isUnsent(answer.value)) return t('answered.unsent');
  const schema = item.request.kind === 'question' ? item.request.schema : undefined;
  return t('answered.question', { value: answerWords(schema, answer.value, 'orrery.send', { yes: t('yes'), no: t('no') }) });
}
