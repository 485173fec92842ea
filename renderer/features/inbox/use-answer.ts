import { useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { InboxAnswer, InboxItem } from '../../../shared/model/grant.ts';
import { client, toAppError } from '../../api/index.ts';

/** Answers one item. It can be answered once; what went wrong stays on the card. */
export function useAnswer(
  item: InboxItem,
  onAnswered?: (item: InboxItem) => void,
): { busy: boolean; error: AppError | undefined; answer: (value: InboxAnswer) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const answer = (value: InboxAnswer): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    client.inbox.answer({ id: item.id, answer: value }).then(
      (answered) => onAnswered?.(answered),
      (failure: unknown) => {
        setError(toAppError(failure));
        setBusy(false);
      },
    );
  };
  return { busy, error, answer };
}
