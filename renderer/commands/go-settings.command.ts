import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goSettingsCommand: CommandHandler = {
  id: 'go.settings',
  run: () => navigate(routes.settings()),
};
