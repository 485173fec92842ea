import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useConnection } from '../api/index.ts';
import { PauseToggle } from '../features/queue/index.ts';
import { useT } from '../strings/index.ts';
import { cn, formatBytes, Icon, StateDot, type Tone, When } from '../ui/index.ts';
import { routes } from './navigate.ts';
import { OfflineToggle } from './offline-toggle.tsx';
import { useAppInfo, useStatus } from './status.ts';

function Part({ href, title, className, children }: { href: string; title?: string | undefined; className?: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      title={title}
      className={cn(
        'flex h-full min-w-0 items-center gap-1.5 whitespace-nowrap text-ink-2 no-underline hover:text-ink -outline-offset-2 [&>svg]:shrink-0',
        className,
      )}
    >
      {children}
    </Link>
  );
}

export function StatusBar() {
  const t = useT('shell');
  const status = useStatus();
  const info = useAppInfo();
  const { state } = useConnection();
  const modelTone: Tone = status?.model.state === 'ready' ? 'ok' : 'neutral';
  return (
    <section
      className="tabular flex h-6.5 shrink-0 items-center gap-4 overflow-hidden border-line border-t bg-panel px-3 text-xs text-ink-2"
      aria-label={t('statusBar')}
    >
      {status === undefined ? (
        <span className="late">
          {state === 'connected'
            ? t('readingStatus')
            : state === 'connecting' || state === 'reconnecting'
              ? t('connecting')
              : t('notConnected')}
        </span>
      ) : (
        <>
          <Part href={routes.settings('models')} title={t(`model.${status.model.state}`)}>
            <StateDot tone={modelTone} />
            <span className="truncate">{status.model.label}</span>
            <span className="sr-only">{t(`model.${status.model.state}`)}</span>
          </Part>
          <Part href={routes.tools()} className={status.servers.failed > 0 ? 'text-bad' : ''}>
            <Icon name="plug" size={13} />
            <span className="truncate">
              {t('servers', { ready: status.servers.ready, total: status.servers.total })}
              {status.servers.failed > 0 ? ` · ${t('serversFailed', { count: status.servers.failed })}` : ''}
            </span>
          </Part>
          {status.running > 0 ? (
            <Part href={routes.jobs('now')} className="shrink-0 text-run hover:text-run hover:underline">
              <Icon name="loader-circle" size={13} className="spin" />
              {t('running', { count: status.running })}
            </Part>
          ) : null}
          {status.queued > 0 ? (
            <Part href={routes.jobs('now')} className="shrink-0">
              <Icon name="clock" size={13} />
              {t('queued', { count: status.queued })}
            </Part>
          ) : null}
          {status.waiting > 0 ? (
            <Part href={routes.inbox()} className="shrink-0 text-wait hover:text-wait hover:underline">
              <Icon name="hand" size={13} />
              {t('waiting', { count: status.waiting })}
            </Part>
          ) : null}
          {status.paused ? (
            <Part href={routes.jobs('now')} className="shrink-0 font-medium text-ink">
              <Icon name="pause" size={13} />
              <span className="max-[760px]:sr-only">{t('paused')}</span>
            </Part>
          ) : null}
          <PauseToggle isPaused={status.paused} />
        </>
      )}
      <div className="min-w-0 flex-1" />
      {status?.nextDue === undefined ? null : (
        <Part href={routes.jobs('next')} title={t('nextDueTitle', { title: status.nextDue.title })} className="max-[760px]:hidden">
          <Icon name="calendar-clock" size={13} className="shrink-0" />
          <span className="max-w-40 truncate max-[1100px]:hidden">{status.nextDue.title}</span>
          <When at={status.nextDue.at} />
        </Part>
      )}
      <OfflineToggle />
      {status === undefined ? null : (
        <Part href={routes.system()} title={t('memoryUsed', { bytes: formatBytes(status.memory) })} className="max-[760px]:hidden">
          {t('cpu', { percent: Math.round(status.cpu) })}
        </Part>
      )}
      {info === undefined ? null : (
        <>
          <Part href={routes.system()} className="max-[1000px]:hidden">
            {t(`host.${info.host}`)}
          </Part>
          <Part href={routes.settings('about')} className="font-mono max-[640px]:hidden">
            {info.version}
          </Part>
        </>
      )}
    </section>
  );
}
