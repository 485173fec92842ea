import { type ReactNode, useId, useState } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

interface Props {
  icon: IconName;
  title: ReactNode;
  sub: ReactNode;
  /** Beside it: badges, times, buttons. */
  side?: ReactNode;
  /** What is shown when it is open; made only then. */
  children(): ReactNode;
}

/** A row of a list that folds open. Arrow keys go from row to row in an ArrowList. */
export function FoldRow({ icon, title, sub, side, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const body = useId();
  return (
    <li className="border-line border-b last:border-b-0">
      <div className="flex min-h-[34px] items-center gap-2 py-0.5 pr-2">
        <button
          type="button"
          data-row=""
          aria-expanded={isOpen}
          aria-controls={isOpen ? body : undefined}
          onClick={() => setOpen(!isOpen)}
          className="-outline-offset-2 flex min-w-0 flex-1 items-center gap-2.5 rounded-sm px-2 py-0.5 text-left hover:bg-sunken dark:hover:bg-raised"
        >
          <Icon
            name="chevron-right"
            size={14}
            className={cn('shrink-0 text-ink-3 transition-transform duration-120', isOpen && 'rotate-90')}
          />
          <Icon name={icon} className="shrink-0 text-ink-3" />
          {/* On one line; where there is no room for both, the second goes below. */}
          <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2.5">
            <span className="min-w-0 max-w-full truncate text-ink">{title}</span>
            <span className="flex min-w-0 max-w-full text-ink-3 text-xs">{sub}</span>
          </span>
        </button>
        {side}
      </div>
      {isOpen ? (
        <div id={body} className="flex flex-col gap-2 pr-2 pb-3 pl-9">
          {children()}
        </div>
      ) : null}
    </li>
  );
}
