import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goTerminalCommand: CommandHandler = {
  id: 'go.terminal',
  run: () => navigate(routes.terminal()),
};
