import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

export type Tone = 'neutral' | 'accent' | 'run' | 'ok' | 'bad' | 'wait';

const soft: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2 dark:bg-raised',
  accent: 'bg-accent-soft text-accent-ink',
  run: 'bg-run-soft text-run',
  ok: 'bg-ok-soft text-ok',
  bad: 'bg-bad-soft text-bad',
  wait: 'bg-wait-soft text-wait',
};
const solid: Record<Tone, string> = {
  neutral: 'bg-ink-3',
  accent: 'bg-accent',
  run: 'bg-run',
  ok: 'bg-ok',
  bad: 'bg-bad',
  wait: 'bg-wait',
};

export function Badge({
  tone = 'neutral',
  icon,
  children,
  className,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cn('inline-flex h-[18px] shrink-0 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 text-xs', soft[tone], className)}
    >
      {icon === undefined ? null : <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

/** Colour is never the only sign: the words stand beside it. */
export const StateDot = ({ tone }: { tone: Tone }) => (
  <span aria-hidden className={cn('inline-block size-[7px] shrink-0 rounded-full', solid[tone])} />
);
