import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goGrantsCommand: CommandHandler = {
  id: 'go.grants',
  run: () => navigate(routes.grants()),
};
