import { useShell } from '../shell/store.ts';
import type { CommandHandler } from './define-command.ts';

export const paletteOpenCommand: CommandHandler = {
  id: 'palette.open',
  run: () => {
    const { isPaletteOpen, openPalette, closePalette } = useShell.getState();
    if (isPaletteOpen) closePalette();
    else openPalette();
  },
};
