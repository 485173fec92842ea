import { type ReactNode, useEffect, useState } from 'react';
import { reachWith } from '../../../shared/model/server-reach.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, Icon, TimeAgo } from '../../ui/index.ts';
import { FetchNode } from './node-offer.tsx';
import { useManagedNode } from './use-managed-node.ts';

/** The true cause, the one next step, and when it is tried again. */
export function ServerFailure({ server, onOpenLog }: { server: ServerStatus; onOpenLog: () => void }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const short = useWithTilde();
  const node = useManagedNode();
  const { failure } = server;
  if (failure === undefined) return null;
  const { wantsFolder, wantsToReach } = failure;
  // The cause in one sentence; what was looked at follows it.
  const [, first = failure.message, rest = ''] = /^(.{20,}?[.!?])\s+(\S.*)$/s.exec(failure.message) ?? [];
  const isTrying = server.state === 'starting' || server.state === 'restarting';
  return (
    <div className="tools-notice tools-failure bg-bad-soft" role="status">
      <Icon name="circle-alert" size={16} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <p className="m-0 font-medium">{short(visibleText(first))}</p>
        {rest === '' ? null : <p className="m-0 text-ink-2">{short(visibleText(rest))}</p>}
        <p className="m-0">{visibleText(failure.hint)}</p>
        <p className="m-0 mt-1 text-ink-2 text-sm">
          {t(`cause.${failure.cause}`)} · <TimeAgo at={failure.at} />
          {failure.retryAt !== undefined && <Countdown at={failure.retryAt} />}
        </p>
        {failure.wantsNode === true && node !== undefined ? (
          <div className="mt-2">
            <FetchNode node={node} />
          </div>
        ) : null}
        {task.error === undefined ? null : <ErrorNote className="mt-2" error={task.error} />}
        <div className="mt-2 flex flex-wrap gap-2">
          {failure.wantsHost === undefined ? null : (
            <Button
              variant="primary"
              icon="globe"
              disabled={isTrying}
              loading={task.isBusy}
              onClick={() => void task.run(() => allowAndStart(failure.wantsHost ?? '', server))}
            >
              {t('notice.allowHost', { host: visibleText(failure.wantsHost) })}
            </Button>
          )}
          {wantsFolder === undefined && wantsToReach === undefined ? null : (
            <Button
              variant="primary"
              icon={wantsFolder === undefined ? 'globe' : 'folder-plus'}
              className="min-w-0 max-w-full"
              disabled={isTrying}
              loading={task.isBusy}
              title={wantsFolder === undefined ? undefined : visibleText(wantsFolder.path)}
              onClick={() => void task.run(() => giveAndStart(server))}
            >
              <span className="truncate">
                {wantsFolder === undefined
                  ? t('notice.allowReach', { host: visibleText(wantsToReach ?? '') })
                  : t(wantsFolder.write ? 'notice.allowWrite' : 'notice.allowRead', { path: short(visibleText(wantsFolder.path)) })}
              </span>
            </Button>
          )}
          <Button
            icon="refresh-cw"
            disabled={isTrying}
            loading={task.isBusy}
            onClick={() => void task.run(() => client.tools.startServer({ id: server.id }))}
          >
            {t('notice.retry')}
          </Button>
          <Button variant="ghost" icon="scroll-text" onClick={onOpenLog}>
            {t('notice.openLog')}
          </Button>
        </div>
      </div>
    </div>
  );
}

async function allowAndStart(host: string, { id }: ServerStatus): Promise<void> {
  const { allowedHosts } = await client.settings.get();
  if (!allowedHosts.includes(host)) await client.settings.change({ allowedHosts: [...allowedHosts, host] });
  await client.tools.startServer({ id });
}

/** The one right that the button names, added to the settings that are shown, and started where that does not do so by itself. */
async function giveAndStart({ id, config, failure }: ServerStatus): Promise<void> {
  if (config === undefined || failure === undefined) return;
  const { state } = await client.tools.updateServer({ config: { ...config, reach: reachWith(config, failure) }, was: config });
  if (state === 'stopped') await client.tools.startServer({ id });
}

function Countdown({ at }: { at: number }): ReactNode {
  const t = useT('tools');
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return <span className="tabular"> · {seconds === 0 ? t('retryNow') : t('retryIn', { count: seconds })}</span>;
}
