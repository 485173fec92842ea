import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goWorkflowsCommand: CommandHandler = {
  id: 'go.workflows',
  run: () => navigate(routes.workflows()),
};
