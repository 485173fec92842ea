import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goSystemCommand: CommandHandler = {
  id: 'go.system',
  run: () => navigate(routes.system()),
};
