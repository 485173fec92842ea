import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goChatCommand: CommandHandler = {
  id: 'go.chat',
  run: () => navigate(routes.chat()),
};
