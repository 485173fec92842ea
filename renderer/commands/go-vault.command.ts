import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const goVaultCommand: CommandHandler = {
  id: 'go.vault',
  run: () => navigate(routes.vault()),
};
