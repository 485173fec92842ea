// The content of one resource: read once, or followed, so that it is read again whenever the server says that it changed.

import { type ReactNode, useState } from 'react';
import type { ResourceContent } from '../../../shared/model/mcp.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorNote, IconButton, SkeletonRows, Switch } from '../../ui/index.ts';
import { ResourceContents } from './resource-contents.tsx';
import { UseInChat } from './use-in-chat.tsx';

export function ResourceView({ server, uri, name }: { server: ServerStatus; uri: string; name: string }): ReactNode {
  const t = useT('tools');
  const [follows, setFollows] = useState(false);
  const [live, setLive] = useState<{ contents: readonly ResourceContent[]; times: number }>();
  const once = useCall((signal) => client.tools.readResource({ server: server.id, uri }, { signal }), [server.id, uri]);
  const stream = useStream(
    (signal) => (follows ? client.tools.watchResource({ server: server.id, uri }, { signal }) : null),
    (contents) => setLive((before) => ({ contents, times: (before?.times ?? 0) + 1 })),
    [server.id, uri, follows],
  );
  const contents = (follows ? live?.contents : undefined) ?? once.data;
  const error = follows ? stream.error : once.error;
  return (
    <div className="flex flex-col gap-2" aria-busy={contents === undefined && error === undefined}>
      <div className="flex flex-wrap items-center gap-2 text-ink-2 text-sm">
        <span className="flex items-center gap-2" title={t('resources.followHint')}>
          <Switch
            checked={follows}
            aria-label={t('resources.follow')}
            onChange={(next) => {
              setLive(undefined);
              setFollows(next);
            }}
          />
          {t('resources.follow')}
        </span>
        {follows && live !== undefined ? (
          <span className="tabular text-ink-3" role="status">
            {t('resources.following')} {t('resources.times', { count: live.times })}
          </span>
        ) : null}
        {follows ? null : <IconButton icon="refresh-cw" size="s" label={t('resources.read')} onClick={once.reload} />}
      </div>
      {error !== undefined ? (
        <ErrorNote error={error.toJSON()} />
      ) : contents === undefined ? (
        <SkeletonRows count={3} />
      ) : (
        <>
          <ResourceContents contents={contents} name={name} />
          {contents.length === 0 ? null : <UseInChat server={server.id} source={{ kind: 'resource', uri }} />}
        </>
      )}
    </div>
  );
}
