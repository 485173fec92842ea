// What a command does, and when it applies. What it is called and its keys are in shared/model/commands.ts.

import type { CommandId } from '../../shared/model/commands.ts';

export interface CommandHandler {
  readonly id: CommandId;
  /** Missing means always. */
  when?(): boolean;
  /** A failure is shown to the person. */
  run(): void | Promise<void>;
}
