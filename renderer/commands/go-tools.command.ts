import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goToolsCommand: CommandHandler = {
  id: 'go.tools',
  run: () => navigate(routes.tools()),
};
