// An approval: what will happen, the real change, the exact call, and a verb on the button. Used in chat and inbox.

import './inbox.css';
import type { ReactNode } from 'react';
import type { ApprovalAnswer, ApprovalChoice, InboxItem } from '../../../shared/model/grant.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Menu, MenuItem, MenuLabel } from '../../ui/index.ts';
import { type Approval, ApprovalShown } from './approval-shown.tsx';
import { shortAction, verbOf } from './approval-text.ts';
import { AskError, AskFrame } from './ask-frame.tsx';
import { HiddenText } from './hidden-text.tsx';
import { useAnswer } from './use-answer.ts';

export interface CardProps {
  item: InboxItem;
  onAnswered?: ((item: InboxItem) => void) | undefined;
}

export function ApprovalCard({ item, onAnswered }: CardProps): ReactNode {
  const t = useT('inbox');
  const short = useWithTilde();
  const { busy, error, answer } = useAnswer(item, onAnswered);
  if (item.request.kind !== 'approval') return null;
  const { request } = item;
  const give = (value: ApprovalAnswer, choice?: ApprovalChoice['id']) => () =>
    answer({ kind: 'approval', answer: value, hash: request.hash, ...(choice === undefined ? {} : { choice }) });
  // What asks every time is answered for this once; nothing longer is offered.
  const isEachTime = request.taints !== undefined && request.taints.length > 0;
  // The whole address stands below, line by line.
  const isListed = (request.details ?? []).some(({ text }) => request.action.includes(text));
  // More of a model than a tool server's budget: what lasts is a larger budget.
  const isBudget = request.tool === 'sampling';
  const always = t(isBudget ? 'raiseBudget' : item.job === undefined ? 'always' : 'alwaysJob');
  const choices = request.choices ?? [];
  const isAlwaysOffered = !isEachTime && request.choices?.length !== 0;
  return (
    <AskFrame icon="hand" title={`${isListed ? shortAction(request.action) : visibleText(request.action)}?`} side={sideOf(request, t)}>
      <ApprovalShown request={request} />
      {!request.undoable && request.undoWords !== undefined && <p className="ask-reason">{visibleText(request.undoWords)}</p>}
      {error !== undefined && <AskError error={error} />}
      <div className="ask-actions">
        <Button variant="primary" disabled={busy} onClick={give('once')}>
          {isBudget ? t('allowOnce') : verbOf(request.action)}
        </Button>
        {item.conversation !== undefined && !isEachTime && !isBudget && (
          <Button disabled={busy} onClick={give('conversation')} title={t('forThisChatTitle')}>
            {t('forThisChat')}
          </Button>
        )}
        {!isAlwaysOffered ? null : choices.length > 1 ? (
          <Menu align="start" trigger={<Button disabled={busy}>{`${always}…`}</Button>}>
            <MenuLabel>{t('alwaysMeans')}</MenuLabel>
            {choices.map(({ id, words }) => (
              <MenuItem key={id} onSelect={give('always', id)}>
                <span className="ask-choice">
                  {t(request.tool === 'serve' ? `choiceServed.${id}` : `choice.${id}`)}
                  <span>{short(visibleText(withoutAlways(words)))}</span>
                </span>
              </MenuItem>
            ))}
          </Menu>
        ) : (
          <Button
            disabled={busy}
            onClick={give('always', choices[0]?.id)}
            title={t(isBudget ? 'raiseBudgetTitle' : item.job === undefined ? 'alwaysTitle' : 'alwaysJobTitle')}
          >
            {always}
          </Button>
        )}
        <Button variant="ghost" disabled={busy} onClick={give('deny')}>
          {t('dont')}
        </Button>
        {isEachTime ? null : <span className="ask-reason">{short(request.reason)}</span>}
      </div>
      {isAlwaysOffered && choices.length <= 1 && request.always !== undefined && request.always.length > 0 && (
        <p className="ask-reason">
          {t(isBudget ? 'raiseBudgetOnly' : 'alwaysOnly')}{' '}
          <HiddenText text={short(request.always.map((words) => inSentence(withoutAlways(words))).join('; '))} />
        </p>
      )}
    </AskFrame>
  );
}

/** What stands above it says “always” already. */
const withoutAlways = (words: string): string => words.replace(/^Always: ([a-z])/, (_, first: string) => first.toUpperCase());

/** The words of one line of a grant, within a sentence. */
const inSentence = (words: string): string => words.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

/** Whether it can be taken back; of what only reads, that it changes nothing; of what starts more, that it depends on that. */
function sideOf({ undoable, undoWords }: Approval, t: ReturnType<typeof useT<'inbox'>>): string {
  if (!undoable) return t(undoWords?.includes('most of it can be undone') === true ? 'mostlyUndoable' : 'notUndoable');
  return undoWords?.startsWith('It changes nothing') === true ? t('changesNothing') : t('undoable');
}
