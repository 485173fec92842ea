import type { ReactNode } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorState, SkeletonRows } from '../../ui/index.ts';
import { canAsk } from './state-words.ts';
import { ToolList } from './tool-list.tsx';

export function ToolsTab({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const tools = useCall(
    (signal) => client.tools.listTools({ server: server.id }, { signal }),
    [server.id, server.state, server.toolCount, server.changes?.length],
  );
  if (tools.error !== undefined) return <ErrorState error={tools.error.toJSON()} onRetry={tools.reload} />;
  if (tools.data === undefined) return <SkeletonRows count={5} />;
  if (tools.data.length === 0) return <p className="tools-quiet">{server.state === 'ready' ? t('noTools') : t('noToolsYet')}</p>;
  return <ToolList tools={tools.data} canCall={canAsk(server)} />;
}
