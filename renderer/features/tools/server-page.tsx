// The page of one server: its state and controls above, what waits for the person below them, and the rest in tabs.

import type { ReactNode } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { navigate } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, StateDot, type TabItem, Tabs, TimeAgo } from '../../ui/index.ts';
import { ConnectionsTab } from './connections-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { Notices } from './notices.tsx';
import { Overview } from './overview.tsx';
import { PermissionsTab } from './permissions-tab.tsx';
import { PromptsTab } from './prompts-tab.tsx';
import { ResourcesTab } from './resources-tab.tsx';
import { tabPath } from './routes.ts';
import { ServerControls } from './server-controls.tsx';
import { shownState } from './state-words.ts';
import { type TabName, tabNames } from './tab-names.ts';
import { ToolsTab } from './tools-tab.tsx';

interface Props {
  server: ServerStatus;
  tab: string | undefined;
  onEdit: () => void;
}

export function ServerPage({ server, tab, onEdit }: Props): ReactNode {
  const t = useT('tools');
  const { word, tone } = shownState(server);
  return (
    <div className="tools-detail">
      <header className="tools-head">
        <div className="tools-head-words">
          <h1>{visibleText(server.title)}</h1>
          <p className="tools-state">
            <StateDot tone={tone} />
            <span className="min-w-0 truncate">
              {t(`state.${word}`)}
              {server.state === 'ready' && server.startedAt !== undefined && (
                <>
                  {' '}
                  · {t('since')} <TimeAgo at={server.startedAt} />
                </>
              )}
              {server.restarts > 0 && <> · {t('restarts', { count: server.restarts })}</>}
            </span>
          </p>
        </div>
        {server.kind === 'built-in' ? <Badge>{t('builtIn')}</Badge> : <ServerControls server={server} onEdit={onEdit} />}
      </header>
      {server.kind === 'built-in' ? <ToolsTab server={server} /> : <TabsOf server={server} tab={tab} />}
    </div>
  );
}

function TabsOf({ server, tab }: { server: ServerStatus; tab: string | undefined }): ReactNode {
  const t = useT('tools');
  const capabilities = server.about?.capabilities;
  // What it has told that it does not offer is left out; what it has not told of yet stays.
  const offers = (name: string): boolean => capabilities?.includes(name) ?? true;
  const value = tabNames.find((each) => each === tab) ?? 'overview';
  const open = (next: TabName): void => navigate(tabPath(server.id, next));
  const contents: Record<TabName, ReactNode> = {
    overview: <Overview server={server} onOpen={open} />,
    tools: <ToolsTab server={server} />,
    resources: <ResourcesTab server={server} />,
    prompts: <PromptsTab server={server} />,
    log: <LogTab server={server} />,
    permissions: <PermissionsTab key={JSON.stringify(server.config?.reach)} server={server} />,
    connections: <ConnectionsTab server={server} />,
  };
  const shown = tabNames.filter((name) => name === value || (name !== 'resources' && name !== 'prompts') || offers(name));
  const items = shown.map(
    (name): TabItem<TabName> => ({
      value: name,
      label: t(`tabs.${name}`),
      content: contents[name],
      ...(name === 'tools' && server.toolCount > 0 ? { count: server.toolCount } : {}),
    }),
  );
  return (
    <>
      <Notices server={server} onOpenLog={() => open('log')} onSeeChanges={value === 'overview' ? undefined : () => open('overview')} />
      <Tabs<TabName>
        aria-label={t('tabs.label')}
        className="tools-tabs"
        panelClassName="pt-4"
        value={value}
        onChange={open}
        items={items}
      />
    </>
  );
}
