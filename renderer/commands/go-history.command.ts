import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goHistoryCommand: CommandHandler = {
  id: 'go.history',
  run: () => navigate(routes.history()),
};
