// Tells the host that the person went away: the computer goes to sleep, or its screen is locked.

import { powerMonitor } from 'electron';
import type { Log } from '../runtime/ports.ts';

export function followPower(host: { onAway(why: 'sleep' | 'screen-lock'): Promise<boolean> }, log: Pick<Log, 'warn'>): () => void {
  const away = (why: 'sleep' | 'screen-lock') => (): void => {
    host.onAway(why).catch((error: unknown) => log.warn('The vault could not be locked', { why, error: String(error) }));
  };
  const [asleep, locked] = [away('sleep'), away('screen-lock')];
  powerMonitor.on('suspend', asleep);
  powerMonitor.on('lock-screen', locked);
  return () => {
    powerMonitor.off('suspend', asleep);
    powerMonitor.off('lock-screen', locked);
  };
}
