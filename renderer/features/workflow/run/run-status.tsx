import { isRunOver, type RunOrigin, type RunStatus } from '../../../../shared/model/run.ts';
import { useT } from '../../../strings/index.ts';
import { cn, Icon } from '../../../ui/index.ts';

const looks: Record<RunStatus, { icon: string; className: string }> = {
  queued: { icon: 'clock', className: 'text-ink-2' },
  running: { icon: 'loader-circle', className: 'text-run' },
  waiting: { icon: 'hand', className: 'text-wait' },
  paused: { icon: 'pause', className: 'text-ink-2' },
  done: { icon: 'check', className: 'text-ok' },
  failed: { icon: 'x', className: 'text-bad' },
  cancelled: { icon: 'ban', className: 'text-ink-3' },
};

/** A run's state: always a sign and a word. */
export function RunState({ status, className }: { status: RunStatus; className?: string }) {
  const t = useT('runs');
  const look = looks[status];
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap text-sm', look.className, className)}>
      <Icon name={look.icon} size={14} className={status === 'running' ? 'spin' : undefined} />
      {t(`status.${status}`)}
    </span>
  );
}

/** How a run came to be, in words. */
export function useOriginWords(): (origin: RunOrigin) => string {
  const t = useT('workflow');
  return (origin) => {
    if (origin.kind === 'manual') return t(`run.origin.${origin.by}`);
    return origin.kind === 'client' ? t('run.origin.client', { client: origin.client }) : t(`run.origin.${origin.kind}`);
  };
}

/** Not over: queued, at work, waiting or held. */
export const isGoing = (status: RunStatus): boolean => !isRunOver(status);
