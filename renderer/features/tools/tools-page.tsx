// Tool servers: the list, and beside it the page of one, or the ways to add another.

import './tools.css';
import { type ReactNode, useState } from 'react';
import { useRoute } from 'wouter';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useStream } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, ListDetail, ListRow, Skeleton, SkeletonRows, StateDot, useDialog } from '../../ui/index.ts';
import { AddPage } from './add/add-page.tsx';
import { addPath } from './routes.ts';
import { ServerDialog } from './server-dialog.tsx';
import { ServerPage } from './server-page.tsx';
import { shownState, sorted } from './state-words.ts';

export function ToolsPage(): ReactNode {
  const t = useT('tools');
  const [, params] = useRoute<{ id?: string; tab?: string }>('/tools/:id?/:tab?');
  const id = params?.id === undefined ? undefined : decodeURIComponent(params.id);
  const [servers, setServers] = useState<readonly ServerStatus[]>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.tools.watchServers(undefined, { signal }), setServers, [turn]);
  const dialog = useDialog<ServerStatus>();
  const list = servers === undefined ? undefined : sorted(servers);
  const isAdding = id === addPath;
  const selected = isAdding ? undefined : id === undefined ? list?.[0] : list?.find((server) => server.id === id);
  if (error !== undefined && servers === undefined) return <ErrorState error={error.toJSON()} onRetry={() => setTurn(turn + 1)} />;
  return (
    <>
      <ListDetail
        listLabel={t('servers')}
        detailLabel={isAdding ? t('new.title') : (selected?.title ?? t('servers'))}
        list={
          <>
            <div className="tools-top">
              <Button icon="plus" aria-pressed={isAdding} onClick={() => navigate(routes.tools(addPath))}>
                {t('add')}
              </Button>
            </div>
            <nav
              aria-label={t('servers')}
              className="tools-rows"
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(event);
              }}
            >
              {list === undefined && <SkeletonRows tall count={5} />}
              {list?.map((server) => (
                <ListRow
                  key={server.id}
                  title={server.title}
                  selected={server.id === selected?.id}
                  onClick={() => navigate(routes.tools(server.id))}
                  meta={server.toolCount > 0 ? t('toolCount', { count: server.toolCount }) : undefined}
                  text={<RowState server={server} />}
                />
              ))}
            </nav>
          </>
        }
        detail={
          isAdding ? (
            <AddPage servers={servers ?? []} way={params?.tab} />
          ) : selected !== undefined ? (
            <ServerPage key={selected.id} server={selected} tab={params?.tab} onEdit={() => dialog.show(selected)} />
          ) : list === undefined ? (
            <ServerSkeleton />
          ) : id === undefined ? (
            <EmptyState icon="wrench" title={t('none')} text={t('noneNext')} />
          ) : (
            <EmptyState icon="wrench" title={t('gone')} text={t('goneNext')} />
          )
        }
      />
      {dialog.open && dialog.subject !== undefined && <ServerDialog {...dialog.props} server={dialog.subject} />}
    </>
  );
}

/** The shape of a server's page: its name and state, then its rows. */
const ServerSkeleton = (): ReactNode => (
  <div aria-hidden className="late flex flex-col gap-3 p-6">
    <Skeleton className="h-4 w-40" />
    <Skeleton className="mb-6 w-56" />
    <Skeleton className="w-4/5" />
    <Skeleton className="w-3/5" />
    <Skeleton className="w-2/3" />
  </div>
);

/** Arrows go through the rows, as in every list. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll('button')];
  const at = rows.indexOf(event.target as HTMLButtonElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}

function RowState({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const { word, tone } = shownState(server);
  return (
    <span className="tools-state">
      <StateDot tone={tone} />
      <span className="min-w-0 truncate">
        {t(`state.${word}`)}
        {server.kind === 'built-in' && <> · {t('builtIn')}</>}
      </span>
    </span>
  );
}
