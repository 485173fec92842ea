import type { ReactNode } from 'react';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Button } from '../../ui/index.ts';
import type { CardProps } from './approval-card.tsx';
import { AskError, AskFrame } from './ask-frame.tsx';
import { UnknownCall } from './unknown-call.tsx';
import { useAnswer } from './use-answer.ts';

const when = (at: number): string => new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** A step that was cut off in the middle: only a person can find out whether it took effect. */
export function UnknownCard({ item, onAnswered }: CardProps): ReactNode {
  const t = useT('inbox');
  const { busy, error, answer } = useAnswer(item, onAnswered);
  if (item.request.kind !== 'unknown-outcome') return null;
  const { what, startedAt, look } = item.request;
  const give = (value: 'done' | 'redo' | 'skip') => () => answer({ kind: 'unknown-outcome', answer: value });
  return (
    <AskFrame icon="hand" title={t('unknownTitle')}>
      <p className="ask-words">
        {/* A step of a graph is given by its name alone. */}
        {/^[“"]/.test(what) ? t('unknownStep', { step: visibleText(what), run: visibleText(item.title) }) : visibleText(what)}
      </p>
      <p className="ask-words ask-quiet">{t('unknownWhen', { when: when(startedAt) })}</p>
      <UnknownCall request={item.request} />
      {look !== undefined && <p className="ask-words">{visibleText(look)}</p>}
      <p className="ask-words ask-quiet">{t('unknownNext')}</p>
      {error !== undefined && <AskError error={error} />}
      <div className="ask-actions">
        <Button variant="primary" disabled={busy} onClick={give('done')} title={t('doneTitle')}>
          {t('done')}
        </Button>
        <Button disabled={busy} onClick={give('redo')} title={t('redoTitle')}>
          {t('redo')}
        </Button>
        <Button variant="ghost" disabled={busy} onClick={give('skip')} title={t('skipTitle')}>
          {t('skip')}
        </Button>
      </div>
    </AskFrame>
  );
}
