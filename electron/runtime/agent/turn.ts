// What one agent turn is made of, as its loop and its steps see it.

import { type AppError, toAppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Message } from '../../../shared/model/chat.ts';
import type { ConversationId, InboxId } from '../../../shared/model/ids.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { Clock, ToolHost } from '../ports.ts';
import type { ModelService, RunSession, ToolBelt } from '../services.ts';
import type { LiveMessage } from './live-message.ts';

export interface TurnDeps {
  models: ModelService;
  belt: ToolBelt;
  tools: Pick<ToolHost, 'tools' | 'servers' | 'onChange'>;
  clock: Clock;
  /** Folders of the settings, for the prompt. */
  folders(): readonly string[];
}

export interface Turn {
  session: RunSession;
  /** Goes before every step key: empty in a conversation, `step/` inside a workflow. */
  prefix: string;
  agent: Agent;
  conversation?: ConversationId | undefined;
  /** The conversation before this turn's answer. */
  history: readonly Message[];
  live: LiveMessage;
  signal: AbortSignal;
  source: (step: string) => MemorySource;
  /** For a workflow's progress. */
  onNote?: ((note: string) => void) | undefined;
  onWaiting?: ((inbox: InboxId, isWaiting: boolean) => void) | undefined;
}

/** A stop is one thing whatever threw it. */
export const stoppedOr = (signal: AbortSignal, error: unknown): AppError =>
  signal.aborted ? toAppError(signal.reason) : toAppError(error);
