import type { ReactNode } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { ErrorNote, Icon } from '../../ui/index.ts';

/** The amber frame of everything that waits for a person. */
export function AskFrame({
  icon,
  title,
  side,
  children,
}: {
  icon: 'hand';
  title: string;
  side?: string | undefined;
  children: ReactNode;
}): ReactNode {
  return (
    <section className="ask" aria-label={title}>
      <div className="ask-head">
        <Icon name={icon} size={16} />
        <h3 className="ask-title">{title}</h3>
        {side !== undefined && <span className="ask-side">{side}</span>}
      </div>
      {children}
    </section>
  );
}

export const AskError = ({ error }: { error: AppError }): ReactNode => <ErrorNote error={error.toJSON()} />;
