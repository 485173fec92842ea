import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const newMemoryCommand: CommandHandler = {
  id: 'new.memory',
  run: () => navigate(routes.memory('new')),
};
