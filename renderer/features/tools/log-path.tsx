import type { ReactNode } from 'react';
import { client, toAppError } from '../../api/index.ts';
import { useAppInfo } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { CopyButton, IconButton, toastError } from '../../ui/index.ts';

/** The file with everything that was said and done, for other programs. */
export function LogPath({ path }: { path: string }): ReactNode {
  const t = useT('tools');
  const info = useAppInfo();
  const show = (): void => void client.shell.showInFolder({ path }).catch((error: unknown) => toastError(toAppError(error)));
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="tools-mono min-w-0">{path}</span>
      <CopyButton text={path} label={t('starts.copyLog')} className="-my-1" />
      {info?.can.showInFolder === true ? (
        <IconButton icon="folder-open" size="s" className="-my-1" label={t('starts.showLog')} onClick={show} />
      ) : null}
    </span>
  );
}
