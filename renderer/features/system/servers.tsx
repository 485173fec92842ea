import { useState } from 'react';
import { Link } from 'wouter';
import type { ServerState, ServerStatus } from '../../../shared/model/tool.ts';
import { client, useStream } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorState, SectionTitle, SkeletonRows, StateDot, type Tone } from '../../ui/index.ts';

const tones: Record<ServerState, Tone> = { ready: 'ok', starting: 'run', restarting: 'run', stopped: 'neutral', failed: 'bad' };

export function Servers() {
  const t = useT('system');
  const [servers, setServers] = useState<ServerStatus[]>();
  const stream = useStream((signal) => client.tools.watchServers(undefined, { signal }), setServers, []);
  return (
    <section>
      <SectionTitle {...(servers === undefined ? {} : { count: servers.length })}>{t('servers')}</SectionTitle>
      {servers === undefined ? (
        stream.error === undefined ? (
          <SkeletonRows count={4} />
        ) : (
          <ErrorState error={stream.error} />
        )
      ) : servers.length === 0 ? (
        <p className="m-0 text-ink-2">{t('noServers')}</p>
      ) : (
        <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
          {servers.map((server) => (
            <li key={server.id}>
              <Link
                href={routes.tools(server.id)}
                className="flex min-h-[30px] items-center gap-2.5 text-ink no-underline hover:bg-sunken dark:hover:bg-panel"
              >
                <StateDot tone={tones[server.state]} />
                <span className="w-36 shrink-0 truncate font-mono text-sm">{server.id}</span>
                <span className="w-20 shrink-0 text-ink-2">{t(`serverState.${server.state}`)}</span>
                <span className="min-w-0 flex-1 truncate text-ink-3">
                  {server.failure?.message ?? t('tools', { count: server.toolCount })}
                </span>
                <span className="tabular shrink-0 text-ink-3 text-sm">
                  {server.kind === 'built-in' ? t('builtIn') : server.pid === undefined ? '' : `pid ${server.pid}`}
                  {server.restarts > 0 ? ` · ${t('restarts', { count: server.restarts })}` : ''}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
