import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goSecurityCommand: CommandHandler = {
  id: 'go.security',
  run: () => navigate(routes.security()),
};
