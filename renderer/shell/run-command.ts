// Runs a command by id, from whichever side asks: a shortcut, the palette, the native menu, the tray.

import { type CommandId, commands } from '../../shared/model/commands.ts';
import { toAppError } from '../api/index.ts';
import { commandHandlers } from '../commands/commands.generated.ts';
import type { CommandHandler } from '../commands/define-command.ts';
import { toast } from '../ui/index.ts';

const handlers: ReadonlyMap<string, CommandHandler> = new Map(commandHandlers.map((handler) => [handler.id, handler]));

export const isCommand = (id: string): id is CommandId => Object.hasOwn(commands, id);

/** Whether it would do something now. */
export const canRun = (id: CommandId): boolean => {
  const handler = handlers.get(id);
  return handler !== undefined && (handler.when?.() ?? true);
};

export function runCommand(id: CommandId): void {
  if (!canRun(id)) return;
  Promise.resolve(handlers.get(id)?.run()).catch((error: unknown) => toast.error(toAppError(error)));
}
