import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface OpenRowProps {
  isSelected: boolean;
  onOpen(): void;
  /** Before its words. */
  lead: ReactNode;
  children: ReactNode;
  /** At its end; what can be pressed there stands in something `relative`, above the row's own button. */
  side?: ReactNode;
}

/** A row of two lines whose whole surface opens what it is about beside the list. */
export function OpenRow({ isSelected, onOpen, lead, children, side }: OpenRowProps): ReactNode {
  return (
    <li
      className={cn(
        'group relative flex min-h-[52px] items-center gap-2.5 rounded-sm px-2.5 hover:bg-sunken dark:hover:bg-panel',
        isSelected && 'bg-raised shadow-raised hover:bg-raised dark:hover:bg-raised',
      )}
    >
      {lead}
      <button
        type="button"
        data-row=""
        aria-current={isSelected || undefined}
        onClick={onOpen}
        className="min-w-0 flex-1 py-1.5 text-left after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
      >
        {children}
      </button>
      {side}
    </li>
  );
}
