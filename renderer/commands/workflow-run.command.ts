import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const workflowRunCommand: CommandHandler = {
  id: 'workflow.run',
  when: () => hasAction('workflow.run'),
  run: () => runAction('workflow.run'),
};
