// What a diagnosis is made from, and what one rule of it is.

import type { Look } from './diagnose-look.ts';
import type { LaunchPlan } from './launch-plan.ts';
import type { StartFailure } from './start-error.ts';

export interface StartFacts {
  plan: LaunchPlan;
  /** Both null: it still runs. */
  exitCode: number | null;
  signal: string | null;
  /** Its newest output on stderr. */
  stderr: string;
  /** What came on stdout and is no MCP message; empty when there was nothing of the kind. */
  stdoutHead: string;
  /** Milliseconds since it was started. */
  elapsedMs: number;
  /** The system refused to start it. */
  spawnError?: NodeJS.ErrnoException;
  /** It was ready before it ended: then it crashed, and how it was started is not the cause. */
  wasReady?: boolean;
  /** It ran in the sandbox: hosts that it may reach there. */
  closed?: { hosts: readonly string[] };
}

/** One rule: what it finds in the words of a server, or undefined. */
export type Rule = (text: string, facts: StartFacts, look: Look) => StartFailure | undefined;
