import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const workflowUndoCommand: CommandHandler = {
  id: 'workflow.undo',
  when: () => hasAction('workflow.undo'),
  run: () => runAction('workflow.undo'),
};
