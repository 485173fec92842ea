import type { ReactNode } from 'react';
import { client, toAppError } from '../api/index.ts';
import { CopyButton, IconButton, toast } from '../ui/index.ts';

/** A folder of Orrery's own: its whole path to read and to copy, and the way to it where the host can show it. `show` is on that button. */
export function OwnFolder({ path, canShow, show }: { path: string; canShow: boolean; show: string }): ReactNode {
  return (
    <>
      <span className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">{path}</span>
      <CopyButton text={path} />
      {canShow ? (
        <IconButton
          size="s"
          icon="folder-open"
          label={show}
          onClick={() => void client.shell.showInFolder({ path }).catch((error: unknown) => toast.error(toAppError(error)))}
        />
      ) : null}
    </>
  );
}
