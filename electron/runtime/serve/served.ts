// What every tool that we offer to programs is made of. Whether a program may call it is asked before, in sessions.ts.

import type { Agreed } from '../../../shared/model/agreed-graph.ts';
import type { ServedResult, ServedTool } from '../../../shared/model/client.ts';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Ports } from '../ports.ts';
import type { Agents, Engine, RunHub, Services } from '../services.ts';
import type { CallProgress, LogLevel } from './client-session.ts';

export interface ServeDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'hash'> & { vault: Pick<Ports['vault'], 'redact'> };
  engine: Pick<Engine, 'start' | 'waitForEnd' | 'progressOf' | 'cancel'>;
  agents: Pick<Agents, 'send' | 'retry' | 'watch' | 'stop'>;
  hub: Pick<RunHub, 'watch'>;
  taints: Services['taints'];
  /** Told what allowed the message that is sent to an agent: that pays for the answer. */
  noteChat(conversation: ConversationId, grant: string | undefined): void;
  /** What a program changes is kept as its change, and can be undone. */
  asClient<T>(by: { client: string; run: RunId; step: string }, work: () => T): T;
}

export interface ServeContext {
  client: string;
  /** The session's run and the step of this call. */
  run: RunId;
  step: string;
  /** The standing grant that allowed it; none when the person did, for once. */
  grant: string | undefined;
  /** What it was allowed for, as it was then; none where the grant is for any. */
  agreed: Agreed | undefined;
  /** For what this call makes; the same when it is made once more. */
  made: string;
  /** Nobody waits any more. */
  signal: AbortSignal;
  /** The program took the call back. */
  cancelled: AbortSignal;
  /** The host ends: what goes is put aside for the next one. */
  hostEnds(): boolean;
  progress(progress: CallProgress): void;
  log(level: LogLevel, text: string): void;
  /** A run was started for this program. */
  onRun(run: RunId): void;
}

export interface Served extends ServedTool {
  run(args: JsonObject, context: ServeContext): Promise<ServedResult>;
  /** What this call makes is there: it was allowed and begun before, and is only waited for. */
  isBegun?(made: string, client: string, args: JsonObject): boolean;
}

export const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
export const object = (properties: JsonObject, required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
export const asText = (value: JsonObject): ServedResult => ({
  text: JSON.stringify(value, null, 2),
  structured: value,
  isError: false,
});
