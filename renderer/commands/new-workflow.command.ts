import { client } from '../api/index.ts';
import { hasAction, runAction } from '../shell/actions.ts';
import { navigate, routes } from '../shell/navigate.ts';
import { getT } from '../strings/index.ts';
import type { CommandHandler } from './define-command.ts';

export const newWorkflowCommand: CommandHandler = {
  id: 'new.workflow',
  run: async () => {
    if (hasAction('new.workflow')) return runAction('new.workflow');
    const { id } = await client.workflows.create({
      document: {
        format: 'orrery.workflow',
        formatVersion: 1,
        name: getT('shell')('newWorkflowName'),
        description: '',
        nodes: [],
        edges: [],
      },
    });
    navigate(routes.workflows(id));
  },
};
