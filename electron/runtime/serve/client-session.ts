// Programs that use Orrery, as the other parts see them.

import type { McpClient, ServedResource, ServedResult, ServedTool, SessionEvent } from '../../../shared/model/client.ts';
import type { JsonObject } from '../../../shared/model/json.ts';

export interface ClientSession {
  readonly client: string;
  /** Aborts when the session is over, also when the person revoked the program. */
  readonly ended: AbortSignal;
  tools(): ServedTool[];
  call(
    name: string,
    args: JsonObject,
    options: { signal: AbortSignal; progress(event: { done: number; total?: number; note?: string }): void },
  ): Promise<ServedResult>;
  resources(): Promise<ServedResource[]>;
  readResource(uri: string, signal: AbortSignal): Promise<{ mimeType: string; text: string }>;
  onEvent(listener: (event: Exclude<SessionEvent, { type: 'open' | 'progress' }>) => void): () => void;
  close(): Promise<void>;
}

export interface Clients {
  list(): McpClient[];
  add(name: string): { client: McpClient; token: string };
  revoke(name: string): Promise<void>;
  /** By `orrery mcp`: whoever can start it is this person, so the name is a name and no proof. */
  open(name: string): ClientSession;
  /** Over HTTP. Undefined for a token that nobody has. */
  openByToken(token: string): ClientSession | undefined;
  find(session: string): ClientSession;
  /** The id under which `find` gives it. */
  idOf(session: ClientSession): string;
  /** Ends what sessions of an earlier host left. */
  start(): void;
  close(): Promise<void>;
}
