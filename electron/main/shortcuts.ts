// The global shortcut from the settings. One that another program holds, or that is not a shortcut at all, is told, not hidden.

import { globalShortcut } from 'electron';
import type { Log } from '../runtime/ports.ts';

export interface QuickShortcut {
  set(keys: string): void;
  release(): void;
}

export function createQuickShortcut(press: () => void, log: Pick<Log, 'warn'>): QuickShortcut {
  let held: string | undefined;
  const release = (): void => {
    if (held !== undefined) globalShortcut.unregister(held);
    held = undefined;
  };
  return {
    set(keys) {
      if (keys === held) return;
      release();
      if (keys === '') return;
      try {
        if (globalShortcut.register(keys, press)) held = keys;
        else log.warn('The quick-command shortcut is held by another program', { keys });
      } catch (error) {
        log.warn('The quick-command shortcut is not one this system knows', { keys, error: String(error) });
      }
    },
    release,
  };
}
