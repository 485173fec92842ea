// What can be done where a tool server needs a Node that is not here: fetched after a yes, watched, stopped. The same in the preview of
// a server, on the page of one that does not start, and in the settings.

import type { ReactNode } from 'react';
import type { ManagedNode } from '../../../shared/model/managed-node.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, formatBytes, Icon } from '../../ui/index.ts';
import { useManagedNode } from './use-managed-node.ts';

/** The button, or how far it is, or that it is here. */
export function FetchNode({ node }: { node: ManagedNode }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const { offer, fetching, failure } = node;
  if (offer === undefined) return <p className="m-0 text-ink-2">{t('node.noBuild')}</p>;
  if (fetching !== undefined) return <Progress fetching={fetching} version={offer.version} />;
  if (node.kept.some((each) => each.version === offer.version))
    return (
      <p className="m-0 flex items-center gap-1.5" role="status">
        <Icon name="check" size={14} className="shrink-0 text-ok" />
        {t('node.here', { version: offer.version })}
      </p>
    );
  const error = task.error?.toJSON() ?? failure;
  return (
    <div className="flex flex-col items-start gap-2">
      {error === undefined ? null : <ErrorNote error={error} />}
      <Button
        icon="download"
        loading={task.isBusy}
        onClick={() => void task.run(() => client.servers.fetchNode({ version: offer.version }))}
      >
        {t('node.fetch', { version: offer.version, size: formatBytes(offer.bytes) })}
      </Button>
    </div>
  );
}

function Progress({ fetching, version }: { fetching: NonNullable<ManagedNode['fetching']>; version: string }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const words = t(`node.steps.${fetching.step}`, { version });
  return (
    <div className="flex max-w-[480px] flex-col gap-1.5">
      <div className="tabular flex items-center gap-3 text-ink-2 text-sm">
        <span className="min-w-0 flex-1 truncate">{words}</span>
        <span>{t('node.of', { done: formatBytes(Math.min(fetching.done, fetching.total)), total: formatBytes(fetching.total) })}</span>
        <Button size="s" icon="square" disabled={task.isBusy} onClick={() => void task.run(() => client.servers.stopNode())}>
          {t('node.stop')}
        </Button>
      </div>
      <progress
        aria-label={words}
        className="h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-run"
        value={Math.min(fetching.done, fetching.total)}
        max={fetching.total}
      />
    </div>
  );
}

/** In a preview, before anything was stored: this machine has none. */
export function LacksNode(): ReactNode {
  const t = useT('tools');
  const node = useManagedNode();
  if (node === undefined) return null;
  const { offer } = node;
  return (
    <section aria-label={t('node.lacks')} className="flex gap-2 rounded-sm bg-wait-soft px-2.5 py-2">
      <Icon name="triangle-alert" size={15} className="mt-0.5 shrink-0 text-wait" />
      <div className="flex min-w-0 flex-1 flex-col gap-2 [overflow-wrap:anywhere]">
        <div>
          <p className="m-0 font-medium">{t('node.lacks')}</p>
          {offer === undefined ? null : (
            <p className="m-0 text-ink-2">
              {t('node.lacksText', { version: offer.version, size: formatBytes(offer.bytes), host: offer.host })}
            </p>
          )}
        </div>
        <FetchNode node={node} />
      </div>
    </section>
  );
}
