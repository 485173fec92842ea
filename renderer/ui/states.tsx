import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import type { AppErrorShape } from '../../shared/errors.ts';
import { useT } from '../strings/index.ts';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

export interface EmptyStateProps {
  icon?: IconName;
  title: ReactNode;
  /** One sentence. */
  text?: ReactNode;
  /** The one next action. */
  action?: ReactNode;
  className?: string;
}

export function EmptyState({ icon, title, text, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex h-full min-h-48 flex-col items-center justify-center gap-1 px-6 py-8 text-center', className)}>
      {icon === undefined ? null : <Icon name={icon} size={22} className="mb-2 text-ink-3" />}
      <div className="text-md font-semibold text-ink">{title}</div>
      {text === undefined ? null : <div className="max-w-[420px] text-balance text-base text-ink-2">{text}</div>}
      {action === undefined ? null : <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  error: AppErrorShape;
  onRetry?: (() => void) | undefined;
  /** What is not affected, e.g. "Your workflows are saved." */
  safe?: ReactNode;
}

/** What happened, what is safe, what to do: in place of what could not be shown. */
export function ErrorState({ error, onRetry, safe }: ErrorStateProps) {
  const t = useT('ui');
  return (
    <div role="alert" className="flex h-full min-h-48 flex-col items-center justify-center gap-1 px-6 py-8 text-center">
      <Icon name="circle-alert" size={22} className="mb-2 text-bad" />
      <div className="max-w-[520px] text-balance text-md font-semibold text-ink [overflow-wrap:anywhere]">{error.message}</div>
      {/* Of a host that could not start nobody knows what is safe. */}
      {safe === undefined || error.code === 'connection-failed' ? null : (
        <div className="max-w-[460px] text-balance text-base text-ink-2">{safe}</div>
      )}
      {error.hint === undefined ? null : <div className="max-w-[460px] text-balance text-base text-ink-2">{error.hint}</div>}
      {error.place === undefined ? null : <code className="font-mono text-sm text-ink-3">{error.place}</code>}
      {onRetry === undefined ? null : (
        <Button className="mt-3" icon="refresh-cw" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

/** The same in a line, inside forms and dialogs. */
export function ErrorNote({ error, className }: { error: AppErrorShape; className?: string }) {
  return (
    <div role="alert" className={cn('flex gap-2 rounded-sm bg-bad-soft px-2.5 py-2 text-base text-ink', className)}>
      <Icon name="circle-alert" size={15} className="mt-[2.5px] shrink-0 text-bad" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {error.message}
        {error.hint === undefined ? null : <div className="text-ink-2">{error.hint}</div>}
      </div>
    </div>
  );
}

/** The shape of what is coming. Hidden from screen readers; say "loading" with `aria-busy` on the region. */
export function Skeleton({ className, ...rest }: ComponentProps<'div'>) {
  return <div aria-hidden {...rest} className={cn('breathe h-3 rounded-sm bg-line', className)} />;
}

/** Rows of a list that is being loaded. */
export function SkeletonRows({ count = 8, tall = false }: { count?: number; tall?: boolean }) {
  const t = useT('ui');
  return (
    <div aria-busy="true" role="status" aria-label={t('loading')} className="flex flex-col">
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className={cn('flex flex-col justify-center gap-2 px-2', tall ? 'h-[50px]' : 'h-[30px]')}>
          <Skeleton style={{ width: `${[62, 48, 71, 55, 40, 66][row % 6]}%` }} />
          {tall ? <Skeleton className="h-2.5" style={{ width: `${[34, 27, 41, 30][row % 4]}%` }} /> : null}
        </div>
      ))}
    </div>
  );
}

/** Shows nothing for the first 300 ms; then turns, with what is happening in words. */
export function Spinner({ label, size = 14 }: { label?: string; size?: number }) {
  const t = useT('ui');
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <span role="status" className={cn('inline-flex items-center gap-2 text-sm text-ink-2', !isLate && 'invisible')}>
      <Icon name="loader-circle" size={size} className="spin" />
      {label === undefined ? <span className="sr-only">{t('loading')}</span> : label}
    </span>
  );
}
