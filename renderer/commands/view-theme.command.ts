import { changeSettings } from '../shell/status.ts';
import { useShell } from '../shell/store.ts';
import type { CommandHandler } from './define-command.ts';

export const viewThemeCommand: CommandHandler = {
  id: 'view.theme',
  run: async () => {
    await changeSettings({ theme: useShell.getState().theme === 'dark' ? 'light' : 'dark' });
  },
};
