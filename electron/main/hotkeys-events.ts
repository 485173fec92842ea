// Hotkeys of jobs. One that another program holds, or that this system does not know, is refused in words.

import { globalShortcut } from 'electron';
import { AppError } from '../../shared/errors.ts';
import type { DesktopEvents } from '../runtime/ports.ts';

export function createHotkeys(): DesktopEvents['onHotkey'] {
  return (accelerator, listener) => {
    let isHeld: boolean;
    try {
      isHeld = globalShortcut.register(accelerator, listener);
    } catch (error) {
      throw new AppError('hotkey-unknown', `“${accelerator}” is not a hotkey that this system knows.`, {
        place: 'keys',
        hint: 'Write it like CommandOrControl+Alt+J.',
        cause: error,
      });
    }
    if (!isHeld)
      throw new AppError('hotkey-taken', `${accelerator} is held by another program or another job.`, {
        place: 'keys',
        hint: 'Choose other keys, or free them there.',
      });
    return () => globalShortcut.unregister(accelerator);
  };
}
