import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Badge,
  Button,
  CodeBlock,
  Collapse,
  ConfirmDialog,
  ErrorNote,
  IconButton,
  Menu,
  MenuItem,
  SkeletonRows,
  StateDot,
  TimeAgo,
  toastError,
  useDialog,
} from '../../ui/index.ts';
import { ServerFailure } from './server-failure.tsx';
import { commandLine, toneOf } from './state-words.ts';
import { ToolList } from './tool-list.tsx';

export function ServerDetail({ server, onEdit }: { server: ServerStatus; onEdit: () => void }): ReactNode {
  const t = useT('tools');
  const [, go] = useLocation();
  const removal = useDialog();
  const remove = async (): Promise<void> => {
    await client.tools.removeServer({ id: server.id });
    go('/tools');
  };
  return (
    <div className="tools-detail">
      <header className="tools-head">
        <div className="tools-head-words">
          <h1>{server.title}</h1>
          <p className="tools-state">
            <StateDot tone={toneOf(server.state)} />
            {t(`state.${server.state}`)}
            {server.state === 'ready' && server.startedAt !== undefined && (
              <>
                {' '}
                · {t('since')} <TimeAgo at={server.startedAt} />
              </>
            )}
            {server.restarts > 0 && <> · {t('restarts', { count: server.restarts })}</>}
          </p>
        </div>
        {server.kind === 'built-in' ? (
          <Badge>{t('builtIn')}</Badge>
        ) : (
          <Controls server={server} onEdit={onEdit} onRemove={() => removal.show()} />
        )}
      </header>
      {server.failure !== undefined && server.state !== 'ready' && <ServerFailure server={server} />}
      <Facts server={server} />
      <Tools server={server} />
      {server.kind === 'child' && <Stderr lines={server.stderr} failed={server.state === 'failed'} />}
      <ConfirmDialog
        {...removal.props}
        title={t('removeTitle', { title: server.title })}
        text={t('removeText')}
        action={t('remove')}
        onConfirm={remove}
      />
    </div>
  );
}

function Controls({ server, onEdit, onRemove }: { server: ServerStatus; onEdit: () => void; onRemove: () => void }): ReactNode {
  const t = useT('tools');
  const [busy, setBusy] = useState(false);
  const act = (work: () => Promise<unknown>): void => {
    setBusy(true);
    work()
      .catch((error: unknown) => toastError(toAppError(error)))
      .finally(() => setBusy(false));
  };
  const { id } = server;
  const isOn = server.state === 'ready' || server.state === 'starting' || server.state === 'restarting';
  const restart = async (): Promise<void> => {
    await client.tools.stopServer({ id });
    await client.tools.startServer({ id });
  };
  return (
    <div className="tools-controls">
      {isOn ? (
        <>
          <Button icon="rotate-cw" disabled={busy} onClick={() => act(restart)}>
            {t('restart')}
          </Button>
          <Button icon="square" disabled={busy} onClick={() => act(() => client.tools.stopServer({ id }))}>
            {t('stop')}
          </Button>
        </>
      ) : (
        <Button icon="play" disabled={busy} onClick={() => act(() => client.tools.startServer({ id }))}>
          {t('start')}
        </Button>
      )}
      <Menu trigger={<IconButton icon="ellipsis" label={t('more')} />}>
        <MenuItem icon="pencil" onSelect={onEdit}>
          {t('edit')}
        </MenuItem>
        <MenuItem icon="trash-2" danger onSelect={onRemove}>
          {t('removeMenu')}
        </MenuItem>
      </Menu>
    </div>
  );
}

function Facts({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const { config } = server;
  const env = Object.entries(config?.env ?? {});
  return (
    <dl className="tools-facts">
      <dt>{t('id')}</dt>
      <dd className="tools-mono">{server.id}</dd>
      {config !== undefined && (
        <>
          <dt>{t('command')}</dt>
          <dd className="tools-mono">{commandLine(config)}</dd>
        </>
      )}
      {config?.cwd !== undefined && (
        <>
          <dt>{t('cwd')}</dt>
          <dd className="tools-mono">{config.cwd}</dd>
        </>
      )}
      {env.length > 0 && (
        <>
          <dt>{t('env')}</dt>
          <dd className="tools-mono">
            {env.map(([name, value]) => (
              <div key={name}>
                {name}={'secret' in value ? t('secretNamed', { name: value.secret }) : value.text}
              </div>
            ))}
          </dd>
        </>
      )}
      {server.pid !== undefined && (
        <>
          <dt>{t('pid')}</dt>
          <dd className="tabular">{server.pid}</dd>
        </>
      )}
    </dl>
  );
}

function Tools({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const tools = useCall((signal) => client.tools.listTools({ server: server.id }, { signal }), [server.id, server.state, server.toolCount]);
  if (tools.error !== undefined) return <ErrorNote error={tools.error.toJSON()} />;
  if (tools.data === undefined) return <SkeletonRows count={5} />;
  if (tools.data.length === 0) return <p className="tools-quiet">{server.state === 'ready' ? t('noTools') : t('noToolsYet')}</p>;
  return <ToolList tools={tools.data} canCall={server.state === 'ready'} />;
}

function Stderr({ lines, failed }: { lines: readonly string[]; failed: boolean }): ReactNode {
  const t = useT('tools');
  return (
    <Collapse title={t('stderr')} meta={t('lines', { count: lines.length })} defaultOpen={failed && lines.length > 0}>
      {lines.length === 0 ? (
        <p className="tools-quiet">{t('noStderr')}</p>
      ) : (
        <CodeBlock copy wrap maxHeight={320} aria-label={t('stderr')}>
          {lines.join('\n')}
        </CodeBlock>
      )}
    </Collapse>
  );
}
