import { hasAction, runAction } from '../shell/actions.ts';
import type { CommandHandler } from './define-command.ts';

export const workflowAddNodeCommand: CommandHandler = {
  id: 'workflow.add-node',
  when: () => hasAction('workflow.add-node'),
  run: () => runAction('workflow.add-node'),
};
