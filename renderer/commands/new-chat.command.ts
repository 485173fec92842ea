import { client } from '../api/index.ts';
import { hasAction, runAction } from '../shell/actions.ts';
import { navigate, routes } from '../shell/navigate.ts';
import type { CommandHandler } from './define-command.ts';

export const newChatCommand: CommandHandler = {
  id: 'new.chat',
  run: async () => {
    if (hasAction('new.chat')) return runAction('new.chat');
    const { id } = await client.chat.create({});
    navigate(routes.chat(id));
  },
};
