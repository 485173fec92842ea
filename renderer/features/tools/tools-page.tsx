// Tool servers and their tools: what runs, why something does not, and a form to try each tool.

import './tools.css';
import { type ReactNode, useState } from 'react';
import { useLocation, useRoute } from 'wouter';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useStream } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, ListDetail, ListRow, SkeletonRows, StateDot, useDialog } from '../../ui/index.ts';
import { ServerDetail } from './server-detail.tsx';
import { ServerDialog } from './server-dialog.tsx';
import { sorted, toneOf } from './state-words.ts';

export function ToolsPage(): ReactNode {
  const t = useT('tools');
  const [, params] = useRoute('/tools/:id');
  const [, go] = useLocation();
  const [servers, setServers] = useState<readonly ServerStatus[]>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.tools.watchServers(undefined, { signal }), setServers, [turn]);
  const dialog = useDialog<ServerStatus | undefined>();
  const list = servers === undefined ? undefined : sorted(servers);
  const selected = list?.find((server) => server.id === params?.id) ?? list?.[0];
  if (error !== undefined && servers === undefined) return <ErrorState error={error.toJSON()} onRetry={() => setTurn(turn + 1)} />;
  return (
    <>
      <ListDetail
        listLabel={t('servers')}
        detailLabel={selected?.title ?? t('servers')}
        list={
          <>
            <div className="tools-top">
              <Button icon="plus" onClick={() => dialog.show(undefined)}>
                {t('add')}
              </Button>
            </div>
            <div className="tools-rows">
              {list === undefined && <SkeletonRows tall count={5} />}
              {list?.map((server) => (
                <ListRow
                  key={server.id}
                  title={server.title}
                  selected={server.id === selected?.id}
                  onClick={() => go(`/tools/${server.id}`)}
                  meta={server.toolCount > 0 ? t('toolCount', { count: server.toolCount }) : undefined}
                  text={<RowState server={server} />}
                />
              ))}
            </div>
          </>
        }
        detail={
          selected !== undefined ? (
            <ServerDetail key={selected.id} server={selected} onEdit={() => dialog.show(selected)} />
          ) : list === undefined ? null : (
            <EmptyState icon="wrench" title={t('none')} text={t('noneNext')} />
          )
        }
      />
      {dialog.open && (
        <ServerDialog
          {...dialog.props}
          server={dialog.subject}
          taken={servers?.map((server) => server.id) ?? []}
          onSaved={(id) => go(`/tools/${id}`)}
        />
      )}
    </>
  );
}

function RowState({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  return (
    <span className="tools-state">
      <StateDot tone={toneOf(server.state)} />
      {t(`state.${server.state}`)}
      {server.kind === 'built-in' && <> · {t('builtIn')}</>}
      {server.restarts > 0 && <> · {t('restarts', { count: server.restarts })}</>}
    </span>
  );
}
