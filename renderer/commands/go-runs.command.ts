import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goRunsCommand: CommandHandler = {
  id: 'go.runs',
  run: () => navigate(routes.runs()),
};
