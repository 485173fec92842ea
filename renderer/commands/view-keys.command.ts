import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const viewKeysCommand: CommandHandler = {
  id: 'view.keys',
  when: () => hasAction('view.keys'),
  run: () => runAction('view.keys'),
};
