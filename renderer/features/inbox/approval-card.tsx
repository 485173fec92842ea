// An approval: what will happen, the real change, the exact call, and a verb on the button. Used in chat and inbox.

import './inbox.css';
import { type ReactNode, useState } from 'react';
import type { ApprovalAnswer, InboxItem } from '../../../shared/model/grant.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Button, Icon } from '../../ui/index.ts';
import { verbOf } from './approval-text.ts';
import { AskError, AskFrame } from './ask-frame.tsx';
import { HiddenText } from './hidden-text.tsx';
import { Preview } from './preview.tsx';
import { ToolArguments } from './tool-arguments.tsx';
import { useAnswer } from './use-answer.ts';

export interface CardProps {
  item: InboxItem;
  onAnswered?: ((item: InboxItem) => void) | undefined;
}

export function ApprovalCard({ item, onAnswered }: CardProps): ReactNode {
  const t = useT('inbox');
  const { busy, error, answer } = useAnswer(item, onAnswered);
  const [open, setOpen] = useState(item.request.kind === 'approval' && item.request.preview === undefined);
  if (item.request.kind !== 'approval') return null;
  const { request } = item;
  const give = (value: ApprovalAnswer) => () => answer({ kind: 'approval', answer: value, hash: request.hash });
  const count = Object.keys(request.args).length;
  return (
    <AskFrame icon="hand" title={`${visibleText(request.action)}?`} side={request.undoable ? t('undoable') : t('notUndoable')}>
      {request.preview !== undefined && <Preview preview={request.preview} />}
      <button type="button" className="ask-call" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} size={13} />
        <span className="ask-call-tool">
          <HiddenText text={`${request.server}.${request.tool}`} />
        </span>
        <span>{t('arguments', { count })}</span>
      </button>
      {open && <ToolArguments args={request.args} />}
      {!request.undoable && request.undoWords !== undefined && <p className="ask-reason">{visibleText(request.undoWords)}</p>}
      {error !== undefined && <AskError error={error} />}
      <div className="ask-actions">
        <Button variant="primary" disabled={busy} onClick={give('once')}>
          {verbOf(request.action)}
        </Button>
        {item.conversation !== undefined && (
          <Button disabled={busy} onClick={give('conversation')} title={t('forThisChatTitle')}>
            {t('forThisChat')}
          </Button>
        )}
        <Button disabled={busy} onClick={give('always')} title={t(item.job === undefined ? 'alwaysTitle' : 'alwaysJobTitle')}>
          {t(item.job === undefined ? 'always' : 'alwaysJob')}
        </Button>
        <Button variant="ghost" disabled={busy} onClick={give('deny')}>
          {t('dont')}
        </Button>
        <span className="ask-reason">{request.reason}</span>
      </div>
      {request.always !== undefined && request.always.length > 0 && (
        <p className="ask-reason">
          {t('alwaysMeans')} <HiddenText text={request.always.join('; ')} />
        </p>
      )}
    </AskFrame>
  );
}
