// Where a server connected to, from the ledger: hosts, bytes, and what was refused.

import type { ReactNode } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, EmptyState, ErrorState, formatBytes, SkeletonRows, TimeOf } from '../../ui/index.ts';
import { hostsOf, type ReachedHost } from './connection-hosts.ts';

const newest = 500;

export function ConnectionsTab({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const list = useCall((signal) => client.audit.list({ kind: ['connection'], server: server.id, limit: newest }, { signal }), [server.id]);
  useStream(
    (signal) => client.audit.watch(undefined, { signal }),
    (entries) => {
      if (entries.some((entry) => entry.kind === 'connection' && entry.details?.server === server.id)) list.reload();
    },
    [server.id],
  );
  if (list.error !== undefined && list.data === undefined)
    return <ErrorState error={list.error.toJSON()} onRetry={list.reload} safe={t('connections.safe')} />;
  if (list.data === undefined) return <SkeletonRows count={6} />;
  const hosts = hostsOf(list.data);
  if (hosts.length === 0)
    return (
      <EmptyState
        icon="globe"
        title={t('connections.none')}
        text={t(hasNoNetwork(server) ? 'connections.noNetwork' : 'connections.noneText')}
      />
    );
  const sum = (read: (host: ReachedHost) => number): number => hosts.reduce((total, host) => total + read(host), 0);
  return (
    <section className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <p className="tabular m-0 flex-1 text-ink-2 text-sm">
          {t('connections.totals', {
            sent: formatBytes(sum((host) => host.bytesOut)),
            received: formatBytes(sum((host) => host.bytesIn)),
            refused: sum((host) => host.refused),
          })}
          {list.data.length < newest ? null : <> · {t('connections.newest', { count: newest })}</>}
        </p>
        <Button size="s" variant="ghost" onClick={() => navigate(routes.security('connections'))}>
          {t('connections.all')}
        </Button>
      </div>
      <Hosts hosts={hosts} />
    </section>
  );
}

/** In the sandbox without a host there is no way out that could be tried. */
const hasNoNetwork = ({ contained, config }: ServerStatus): boolean => contained?.kind === 'sandbox' && config?.reach?.hosts.length === 0;

function Hosts({ hosts }: { hosts: readonly ReachedHost[] }): ReactNode {
  const t = useT('tools');
  const head = 'px-1.5 font-normal first:pl-0 last:pr-0';
  const cell = 'px-1.5 text-right last:pr-0';
  return (
    <div className="overflow-x-auto">
      <table aria-label={t('connections.table')} className="w-full min-w-[420px] border-collapse text-sm">
        <thead className="text-left text-ink-3 text-xs">
          <tr className="h-[30px] border-line border-b">
            <th scope="col" className={head}>
              {t('connections.host')}
            </th>
            {(['count', 'refused', 'sent', 'received', 'last'] as const).map((name) => (
              <th key={name} scope="col" className={`${head} text-right`}>
                {t(`connections.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hosts.map((host) => (
            <tr key={host.host} className="tabular h-[30px] border-line border-b text-ink-2 hover:bg-panel">
              <th scope="row" className="max-w-60 truncate px-1.5 pl-0 text-left font-mono font-normal text-ink">
                {visibleText(host.host)} {host.isOpen ? <Badge tone="run">{t('connections.open')}</Badge> : null}
              </th>
              <td className={cell}>{host.connections}</td>
              <td className={`${cell} ${host.refused > 0 ? 'text-bad' : ''}`}>{host.refused === 0 ? '–' : host.refused}</td>
              <td className={cell}>{formatBytes(host.bytesOut)}</td>
              <td className={cell}>{formatBytes(host.bytesIn)}</td>
              <td className={cell}>
                <TimeOf at={host.lastAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
