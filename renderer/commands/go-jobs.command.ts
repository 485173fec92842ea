import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goJobsCommand: CommandHandler = {
  id: 'go.jobs',
  run: () => navigate(routes.jobs()),
};
