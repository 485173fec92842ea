import type { StartCause } from '../../../../shared/model/tool.ts';

/** Why a server does not run: the cause, a sentence, what to do. */
export interface StartFailure {
  cause: StartCause;
  message: string;
  hint: string;
  /** The Node that Orrery can fetch would mend it. */
  wantsNode?: boolean;
  /** Allowing this host would mend it: as the list of allowed hosts has it. */
  wantsHost?: string;
  /** In a sandbox: letting it read, or write, this folder would mend it. */
  wantsFolder?: { path: string; write: boolean };
  /** In a sandbox: letting it reach this host would mend it. */
  wantsToReach?: string;
}

export class StartError extends Error {
  override readonly name = 'StartError';
  readonly failure: StartFailure;

  constructor(cause: StartCause, message: string, hint: string, more: Pick<StartFailure, 'wantsNode' | 'wantsHost'> = {}) {
    super(message);
    this.failure = { cause, message, hint, ...more };
  }
}

export const toFailure = (error: unknown): StartFailure =>
  error instanceof StartError
    ? error.failure
    : {
        cause: 'unknown',
        message: `It could not be started: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'Look at its output and at the log.',
      };
