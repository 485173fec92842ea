// Holding all work and letting it go on: one quiet control in the status bar.

import { useState } from 'react';
import { client, toAppError } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Icon, Tooltip, toastError } from '../../ui/index.ts';

/** Holds everything, or lets it go on; what goes wrong is told. */
export function useSetPaused(): { isBusy: boolean; setPaused(isPaused: boolean): void } {
  const [isBusy, setBusy] = useState(false);
  const setPaused = (isPaused: boolean): void => {
    if (isBusy) return;
    setBusy(true);
    client.queue
      .setPaused({ isPaused })
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  return { isBusy, setPaused };
}

export function PauseToggle({ isPaused }: { isPaused: boolean }) {
  const t = useT('queue');
  const { setPaused } = useSetPaused();
  return (
    <Tooltip content={isPaused ? t('pausedText') : t('pauseHint')} side="top">
      <button
        type="button"
        className="flex h-full shrink-0 items-center gap-1.5 whitespace-nowrap text-ink-2 hover:text-ink -outline-offset-2"
        onClick={() => setPaused(!isPaused)}
      >
        <Icon name={isPaused ? 'play' : 'pause'} size={13} />
        {isPaused ? t('goOn') : <span className="max-[1100px]:sr-only">{t('pauseAll')}</span>}
      </button>
    </Tooltip>
  );
}
