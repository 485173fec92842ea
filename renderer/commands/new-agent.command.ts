import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const newAgentCommand: CommandHandler = {
  id: 'new.agent',
  run: () => navigate(routes.agents('new')),
};
