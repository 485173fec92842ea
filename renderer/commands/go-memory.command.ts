import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goMemoryCommand: CommandHandler = {
  id: 'go.memory',
  run: () => navigate(routes.memory()),
};
