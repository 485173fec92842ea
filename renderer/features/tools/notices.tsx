// What is wrong or waits for the person, above the tabs: each in plain words with its one next step.

import { type ReactNode, useState } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, openOutside } from '../../api/index.ts';
import { safeLink } from '../../markdown/address.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, ErrorNote, Icon, TimeAgo } from '../../ui/index.ts';
import { ServerFailure } from './server-failure.tsx';

interface Props {
  server: ServerStatus;
  onOpenLog: () => void;
  /** None where they are in sight already. */
  onSeeChanges: (() => void) | undefined;
}

export function Notices({ server, onOpenLog, onSeeChanges }: Props): ReactNode {
  const t = useT('tools');
  const changes = server.changes?.length ?? 0;
  const isFailed = server.failure !== undefined && server.state !== 'ready' && server.quarantine === undefined;
  return (
    <>
      {server.quarantine !== undefined && <Quarantine server={server} onOpenLog={onOpenLog} />}
      {server.signIn?.needed === true && <SignIn server={server} />}
      {isFailed && server.signIn?.needed !== true && <ServerFailure server={server} onOpenLog={onOpenLog} />}
      {changes > 0 && onSeeChanges !== undefined && (
        <Notice tone="wait" icon="hand" title={t('notice.changes', { count: changes })} text={t('notice.changesText')}>
          <Button icon="diff" onClick={onSeeChanges}>
            {t('notice.seeChanges')}
          </Button>
        </Notice>
      )}
    </>
  );
}

interface NoticeProps {
  tone: 'bad' | 'wait';
  icon: string;
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
}

export function Notice({ tone, icon, title, text, children }: NoticeProps): ReactNode {
  return (
    <div role="status" className={cn('tools-notice', tone === 'bad' ? 'bg-bad-soft' : 'bg-wait-soft')}>
      <Icon name={icon} size={16} className={cn('mt-0.5 shrink-0', tone === 'bad' ? 'text-bad' : 'text-wait')} />
      <div className="min-w-0 flex-1">
        <p className="m-0 font-medium [overflow-wrap:anywhere]">{title}</p>
        {text === undefined ? null : <div className="text-ink-2 [overflow-wrap:anywhere]">{text}</div>}
        {children === undefined ? null : <div className="mt-2 flex flex-wrap gap-2">{children}</div>}
      </div>
    </div>
  );
}

function Quarantine({ server, onOpenLog }: { server: ServerStatus; onOpenLog: () => void }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  if (server.quarantine === undefined) return null;
  return (
    <Notice
      tone="bad"
      icon="shield-alert"
      title={t('notice.quarantine')}
      text={
        <>
          {visibleText(server.quarantine.reason)} <TimeAgo at={server.quarantine.at} className="text-ink-3" />
          {task.error === undefined ? null : <ErrorNote className="mt-2" error={task.error} />}
        </>
      }
    >
      <Button icon="play" loading={task.isBusy} onClick={() => void task.run(() => client.tools.releaseServer({ id: server.id }))}>
        {t('notice.release')}
      </Button>
      <Button variant="ghost" icon="scroll-text" onClick={onOpenLog}>
        {t('notice.openLog')}
      </Button>
    </Notice>
  );
}

function SignIn({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const [begun, setUrl] = useState<string>();
  // Whoever gives it up here need not be told so as a fault.
  const [isGivenUp, setGivenUp] = useState(false);
  const problem = isGivenUp ? undefined : server.signIn?.problem;
  // Its address is good for one answer, and for a while.
  const url = server.signIn?.underWay === true ? begun : undefined;
  const begin = async (): Promise<void> => {
    const address = safeLink((await client.tools.signIn({ id: server.id })).url);
    if (address === undefined) return;
    setUrl(address);
    setGivenUp(false);
    await openOutside(address);
  };
  const giveUp = async (): Promise<void> => {
    setGivenUp(true);
    await client.tools.stopSignIn({ id: server.id });
  };
  return (
    <Notice
      tone="wait"
      icon="hand"
      title={t('notice.signIn')}
      text={
        <>
          {url === undefined ? t('notice.signInText') : t('notice.signInWaiting')}
          {problem === undefined || task.error !== undefined ? null : (
            <ErrorNote
              className="mt-2"
              error={{ code: 'sign-in-refused', retryable: true, ...problem, message: visibleText(problem.message) }}
            />
          )}
          {task.error === undefined ? null : <ErrorNote className="mt-2" error={task.error} />}
        </>
      }
    >
      {url === undefined ? (
        <Button variant="primary" icon="log-in" loading={task.isBusy} onClick={() => void task.run(begin)}>
          {t('notice.signInButton')}
        </Button>
      ) : (
        <>
          <Button icon="external-link" onClick={() => void task.run(() => openOutside(url))}>
            {t('notice.signInOpen')}
          </Button>
          <Button variant="ghost" onClick={() => void task.run(giveUp)}>
            {t('notice.signInStop')}
          </Button>
        </>
      )}
    </Notice>
  );
}
