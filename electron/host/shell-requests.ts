// Routes and commands that the tray, the native menu or the quick window ask the main page to follow. What is asked while no
// page listens (it is still loading) waits for the next one.

import type { CommandId } from '../../shared/model/commands.ts';
import { Channel } from '../runtime/util/channel.ts';

export type ShellRequest = { type: 'route'; route: string } | { type: 'command'; id: CommandId };

const MAX_WAITING = 20;

export class ShellRequests {
  readonly #channel = new Channel<ShellRequest>();
  #waiting: ShellRequest[] = [];

  send(request: ShellRequest): void {
    if (this.#channel.readerCount > 0) this.#channel.send(request);
    else this.#waiting = [...this.#waiting, request].slice(-MAX_WAITING);
  }

  async *watch(signal: AbortSignal | undefined): AsyncGenerator<ShellRequest> {
    const live = this.#channel.follow(signal);
    try {
      yield* this.#waiting.splice(0);
      yield* { [Symbol.asyncIterator]: () => live };
    } finally {
      await live.return?.();
    }
  }
}
