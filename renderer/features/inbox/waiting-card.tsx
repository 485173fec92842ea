import type { ReactNode } from 'react';
import { assertNever } from '../../../shared/errors.ts';
import { ApprovalCard, type CardProps } from './approval-card.tsx';
import { QuestionCard } from './question-card.tsx';
import { UnknownCard } from './unknown-card.tsx';

/** Whatever waits for the person, to be answered in place. */
export function WaitingCard(props: CardProps): ReactNode {
  const { request } = props.item;
  switch (request.kind) {
    case 'approval':
      return <ApprovalCard {...props} />;
    case 'question':
      return <QuestionCard {...props} />;
    case 'unknown-outcome':
      return <UnknownCard {...props} />;
    default:
      return assertNever(request, 'inbox request');
  }
}
