import { type ReactNode, useRef, useState } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, IconButton, Menu, MenuItem, toastError, useDialog, useFocusStays } from '../../ui/index.ts';

/** Start, stop, restart, change, remove. A quarantined server has its own button, with the reason. */
export function ServerControls({ server, onEdit }: { server: ServerStatus; onEdit: () => void }): ReactNode {
  const t = useT('tools');
  const removal = useDialog();
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useFocusStays(box);
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
  const remove = async (): Promise<void> => {
    await client.tools.removeServer({ id });
    navigate(routes.tools());
  };
  return (
    <div ref={box} className="tools-controls">
      {isOn ? (
        <>
          <Button icon="rotate-cw" disabled={busy} onClick={() => act(restart)}>
            {t('restart')}
          </Button>
          <Button icon="square" disabled={busy} onClick={() => act(() => client.tools.stopServer({ id }))}>
            {t('stop')}
          </Button>
        </>
      ) : server.quarantine === undefined && server.failure === undefined ? (
        <Button icon="play" disabled={busy} onClick={() => act(() => client.tools.startServer({ id }))}>
          {t('start')}
        </Button>
      ) : null}
      <Menu trigger={<IconButton icon="ellipsis" label={t('more')} />}>
        <MenuItem icon="pencil" onSelect={onEdit}>
          {t('edit')}
        </MenuItem>
        {server.signIn?.needed === false ? (
          <MenuItem icon="log-out" onSelect={() => act(() => client.tools.signOut({ id }))}>
            {t('signOut')}
          </MenuItem>
        ) : null}
        <MenuItem icon="trash-2" danger onSelect={() => removal.show()}>
          {t('removeMenu')}
        </MenuItem>
      </Menu>
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
