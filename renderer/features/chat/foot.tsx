import { memo, type ReactNode } from 'react';
import type { Message } from '../../../shared/model/chat.ts';
import { useT } from '../../strings/index.ts';
import { Button, CopyButton, Icon, IconButton } from '../../ui/index.ts';
import { RunChanges } from '../history/index.ts';
import { modelName } from './model-state.ts';

interface Props {
  message: Message;
  text: string;
  last: boolean;
  onRetry: () => void;
  /** The card below the thread says already that there is no model, and what to do. */
  saidBelow: boolean;
}

/** Failures that only mean that no model could answer. */
const ofNoModel = new Set(['no-model', 'model-not-found', 'provider-not-found', 'provider-unreachable']);

/** What comes after an answer: why it ended early, and what can be done with it. */
export const Foot = memo(({ message, text, last, onRetry, saidBelow }: Props): ReactNode => {
  const t = useT('chat');
  if (message.state === 'failed') {
    const error = saidBelow && last && ofNoModel.has(message.error?.code ?? '') ? undefined : message.error;
    return (
      <div className="chat-failed" role="alert">
        <Icon name="circle-alert" size={16} />
        <div className="chat-failed-words">
          <p>{error?.message ?? t('failed')}</p>
          {error?.hint !== undefined && <p className="chat-failed-hint">{error.hint}</p>}
        </div>
        {last && (
          <Button icon="rotate-ccw" onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className="chat-foot" data-last={last}>
      {message.state === 'stopped' && <span className="chat-stopped">{t('stopped')}</span>}
      <span className="chat-foot-actions">
        {message.run !== undefined && <RunChanges run={message.run} ended={message.state !== 'running'} size="s" />}
        {text !== '' && <CopyButton text={text} label={t('copyMessage')} />}
        {last && <IconButton size="s" icon="rotate-ccw" label={t('retryAnswer')} onClick={onRetry} />}
        {message.model !== undefined && <span className="chat-foot-model">{modelName(message.model)}</span>}
      </span>
    </div>
  );
});
Foot.displayName = 'Foot';
