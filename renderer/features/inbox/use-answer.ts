import { createContext, useContext, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { InboxAnswer, InboxItem } from '../../../shared/model/grant.ts';
import { client, toAppError } from '../../api/index.ts';

/** Questions that ask the same as the one that is shown, and are answered with it. */
export const AlikeItems = createContext<readonly InboxItem[]>([]);

/** Answers one item. It can be answered once; what went wrong stays on the card. */
export function useAnswer(
  item: InboxItem,
  onAnswered?: (item: InboxItem) => void,
): { busy: boolean; error: AppError | undefined; answer: (value: InboxAnswer) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const alike = useContext(AlikeItems).map(({ id }) => id);
  const answer = (value: InboxAnswer): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    client.inbox.answer({ id: item.id, answer: value, ...(alike.length === 0 ? {} : { alike }) }).then(
      (answered) => onAnswered?.(answered),
      (failure: unknown) => {
        setError(toAppError(failure));
        setBusy(false);
      },
    );
  };
  return { busy, error, answer };
}
