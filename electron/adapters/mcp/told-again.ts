// What a server was told in one life and is told again in the next: which resources are followed, and how much it should log.

import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import { Followed } from './followed.ts';
import type { Session } from './session.ts';

export class ToldAgain {
  readonly followed = new Followed();
  logLevel: ServerLogLine['level'] | undefined;

  /** Fails for nobody: what it could not be told is noted. */
  async again(session: Session, note: (text: string) => void): Promise<void> {
    await this.followed.again(session, note);
    if (this.logLevel !== undefined)
      await session
        .ask({ about: 'level', level: this.logLevel }, AbortSignal.timeout(30_000))
        .catch((error: unknown) => note(`The level of its log could not be set again: ${String(error)}`));
  }
}
