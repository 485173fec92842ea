import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goAgentsCommand: CommandHandler = {
  id: 'go.agents',
  run: () => navigate(routes.agents()),
};
