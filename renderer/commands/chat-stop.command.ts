import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const chatStopCommand: CommandHandler = {
  id: 'chat.stop',
  when: () => hasAction('chat.stop'),
  run: () => runAction('chat.stop'),
};
