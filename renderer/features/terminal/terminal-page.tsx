// The terminal: one tab, loaded when first opened. Where the host has none, it says why and what to do.

import './terminal.css';
import { lazy, type ReactNode, Suspense } from 'react';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, Spinner } from '../../ui/index.ts';

const TerminalView = lazy(() => import('./terminal-view.tsx').then((module) => ({ default: module.TerminalView })));

export function TerminalPage(): ReactNode {
  const t = useT('terminal');
  const info = useCall((signal) => client.app.getInfo(undefined, { signal }), []);
  if (info.data === undefined)
    return info.error === undefined ? (
      <div className="term-page" aria-busy />
    ) : (
      <ErrorState error={info.error.toJSON()} onRetry={info.reload} />
    );
  if (!info.data.can.terminal) return <NoTerminal />;
  return (
    <Suspense
      fallback={
        <div className="term-page term-loading">
          <Spinner label={t('loading')} />
        </div>
      }
    >
      <TerminalView />
    </Suspense>
  );
}

function NoTerminal(): ReactNode {
  const t = useT('terminal');
  const doctor = useCall((signal) => client.app.runDoctor(undefined, { signal }), []);
  const finding = doctor.data?.find((each) => /node-pty|terminal/i.test(`${each.id} ${each.title}`) && each.state !== 'ok');
  return (
    <EmptyState
      icon="square-terminal"
      title={t('none')}
      text={
        <>
          <p>{finding?.detail ?? t('noneWhy')}</p>
          <p>{finding?.fix ?? t('noneNext')}</p>
        </>
      }
      action={
        <Button icon="refresh-cw" onClick={() => window.location.reload()}>
          {t('reload')}
        </Button>
      }
    />
  );
}
