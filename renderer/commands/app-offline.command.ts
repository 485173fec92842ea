import { client } from '../api/index.ts';
import { changeSettings } from '../shell/status.ts';
import type { CommandHandler } from './define-command.ts';

export const appOfflineCommand: CommandHandler = {
  id: 'app.offline',
  run: async () => {
    const { offline } = await client.settings.get();
    await changeSettings({ offline: !offline });
  },
};
