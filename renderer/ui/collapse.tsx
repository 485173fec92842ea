import { Collapsible } from '@base-ui/react/collapsible';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';

export interface CollapseProps {
  title: ReactNode;
  /** Quiet words at the right of the line. */
  meta?: ReactNode;
  defaultOpen?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
}

/** One line that opens. What is inside is made only when it is open. */
export function Collapse({ title, meta, defaultOpen = false, open, onOpenChange, className, children }: CollapseProps) {
  return (
    <Collapsible.Root
      {...(open === undefined ? { defaultOpen } : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
      className={className}
    >
      <Collapsible.Trigger className="group flex min-h-7 w-full items-center gap-1.5 rounded-sm text-left text-base text-ink-2 hover:text-ink">
        <Icon name="chevron-right" size={14} className="shrink-0 transition-transform duration-120 group-data-[panel-open]:rotate-90" />
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {meta === undefined ? null : <span className="shrink-0 text-sm text-ink-3">{meta}</span>}
      </Collapsible.Trigger>
      <Collapsible.Panel className={cn('pt-1')}>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
