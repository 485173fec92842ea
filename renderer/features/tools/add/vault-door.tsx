// What a preview needs of the vault while it is shut, without leaving what was filled in: to open it, or to protect it first.

import { lazy, type ReactNode, Suspense, useState } from 'react';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog, ErrorNote, SkeletonRows } from '../../../ui/index.ts';

const VaultStateView = lazy(async () => ({ default: (await import('../../vault/index.ts')).VaultStateView }));

/** `onOpen`: it can be written now. */
export function VaultDoor({ onOpen }: { onOpen: () => void }): ReactNode {
  const t = useT('tools');
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button icon="vault" onClick={() => setShown(true)}>
        {t('new.plan.openVault')}
      </Button>
      <Dialog open={isShown} onOpenChange={setShown} title={t('new.plan.vaultTitle')}>
        <State
          onOpen={() => {
            setShown(false);
            onOpen();
          }}
        />
      </Dialog>
    </>
  );
}

function State({ onOpen }: { onOpen: () => void }): ReactNode {
  const status = useCall((signal) => client.vault.getStatus(undefined, { signal }), []);
  if (status.error !== undefined && status.data === undefined) return <ErrorNote error={status.error.toJSON()} />;
  if (status.data === undefined) return <SkeletonRows count={3} />;
  return (
    <Suspense fallback={<SkeletonRows count={3} />}>
      <VaultStateView
        status={status.data}
        onKeys={() => undefined}
        onStatus={(next) => {
          if (next.state === 'open') onOpen();
          else status.reload();
        }}
      />
    </Suspense>
  );
}
