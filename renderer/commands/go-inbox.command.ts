import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goInboxCommand: CommandHandler = {
  id: 'go.inbox',
  run: () => navigate(routes.inbox()),
};
