// The offline switch, in the status bar and on the Security page: nothing leaves this machine while it is on.

import { useState } from 'react';
import { toAppError } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import { Button, cn, Icon, Tooltip, toastError } from '../ui/index.ts';
import { changeSettings, useSettings } from './status.ts';

function useOffline(): { isOffline: boolean | undefined; isBusy: boolean; toggle(): void } {
  const isOffline = useSettings()?.offline;
  const [isBusy, setBusy] = useState(false);
  const toggle = (): void => {
    if (isBusy || isOffline === undefined) return;
    setBusy(true);
    changeSettings({ offline: !isOffline })
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  return { isOffline, isBusy, toggle };
}

export function OfflineToggle() {
  const t = useT('security');
  const { isOffline, toggle } = useOffline();
  if (isOffline === undefined) return null;
  return (
    <Tooltip content={t(isOffline ? 'offlineOn' : 'offlineOff')} side="top">
      <button
        type="button"
        className={cn(
          'flex h-full shrink-0 items-center gap-1.5 whitespace-nowrap text-ink-2 hover:text-ink -outline-offset-2',
          isOffline && 'font-medium text-ink',
        )}
        onClick={toggle}
      >
        <Icon name={isOffline ? 'wifi-off' : 'wifi'} size={13} />
        <span className="max-[760px]:sr-only">{t(isOffline ? 'offline' : 'online')}</span>
      </button>
    </Tooltip>
  );
}

export function OfflineButton() {
  const t = useT('security');
  const { isOffline, isBusy, toggle } = useOffline();
  if (isOffline === undefined) return null;
  return (
    <Tooltip content={t(isOffline ? 'offlineOn' : 'offlineOff')}>
      <Button icon={isOffline ? 'wifi' : 'wifi-off'} disabled={isBusy} onClick={toggle}>
        {t(isOffline ? 'goOnline' : 'goOffline')}
      </Button>
    </Tooltip>
  );
}
