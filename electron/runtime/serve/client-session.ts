// Programs that use Orrery, as the other parts see them.

import type {
  McpClient,
  ProgramOrigin,
  ServedPrompt,
  ServedPromptText,
  ServedResource,
  ServedResult,
  ServedTool,
  SessionEvent,
} from '../../../shared/model/client.ts';
import type { JsonObject } from '../../../shared/model/json.ts';

/** What a call tells while it goes. `done` never falls. */
export interface CallProgress {
  done: number;
  total?: number;
  /** Words for a person, or the next piece of an answer. */
  note?: string;
}
export type LogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error';

export interface CallOptions {
  /**
   * The call's own id, by whoever carries it. Called once more with the same id, name and arguments, after a host has gone, it finds
   * what it began instead of doing it twice. A new one when left out.
   */
  call?: string | undefined;
  /** Nobody waits any more. What was begun goes on; `cancel` is what takes it back. */
  signal: AbortSignal;
  progress(event: CallProgress): void;
  log?(level: LogLevel, text: string): void;
}

export interface ClientSession {
  /** Whose grants it has. */
  readonly client: string;
  /** A token said who it is. */
  readonly isProven: boolean;
  /** Aborts when the session is over, also when the person revoked the program. */
  readonly ended: AbortSignal;
  tools(): ServedTool[];
  call(name: string, args: JsonObject, options: CallOptions): Promise<ServedResult>;
  /** The program took a call back: what it began is stopped. Of one that is over, nothing. */
  cancel(call: string): void;
  resources(): Promise<ServedResource[]>;
  readResource(uri: string, signal: AbortSignal): Promise<{ mimeType: string; text: string }>;
  prompts(): ServedPrompt[];
  prompt(name: string, args: Record<string, string>, signal: AbortSignal): Promise<ServedPromptText>;
  /** What an argument of a prompt can be, for what is typed so far. */
  complete(prompt: string, argument: string, typed: string): string[];
  onEvent(listener: (event: Exclude<SessionEvent, { type: 'open' | 'progress' | 'log' }>) => void): () => void;
  close(): Promise<void>;
}

export interface OpenSession {
  /** The name it gives itself; no proof of anything. */
  name?: string | undefined;
  /** What it was given on the Programs page. */
  token?: string | undefined;
  origin?: ProgramOrigin | undefined;
}

export interface Clients {
  list(): McpClient[];
  add(name: string): { client: McpClient; token: string };
  /** A program that has no token and was revoked may come again. */
  letIn(name: string): void;
  revoke(name: string): Promise<void>;
  /**
   * With a token it is the program of that token; without one it is unknown, whatever it calls itself. Throws `client-token-unknown`,
   * `client-not-that`, `client-revoked`, `too-many-sessions`.
   */
  open(who: OpenSession): ClientSession;
  /** Over HTTP. Undefined for a token that nobody has. */
  openByToken(token: string): ClientSession | undefined;
  find(session: string): ClientSession;
  /** The id under which `find` gives it. */
  idOf(session: ClientSession): string;
  /** From now on sessions end because the host does: what their calls began is put aside, not stopped. */
  hostEnds(): void;
  /**
   * Ends what sessions of an earlier host left. Whenever one of `changes` tells that workflows, agents or grants have changed, programs
   * are told where what they see has.
   */
  start(changes?: readonly AsyncIterable<unknown>[]): void;
  close(): Promise<void>;
}
