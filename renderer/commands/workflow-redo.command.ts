import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const workflowRedoCommand: CommandHandler = {
  id: 'workflow.redo',
  when: () => hasAction('workflow.redo'),
  run: () => runAction('workflow.redo'),
};
