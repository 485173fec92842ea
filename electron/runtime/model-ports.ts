// What the runtime needs of model servers, as interfaces; a part of ports.ts, through which it is imported.

import type { AuditActor } from '../../shared/model/audit.ts';
import type { ConversationId, RunId } from '../../shared/model/ids.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { ModelInfo, ProviderConfig, PullProgress } from '../../shared/model/model.ts';

/** Whose connection it is; Orrery itself when it is nobody's. */
export interface ConnectionBy {
  actor: AuditActor;
  /** The tool server that asked, built in or not. */
  server?: string;
  run?: RunId;
  step?: string;
  conversation?: ConversationId;
}

export interface ModelMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  /** Base64, for models that see pictures. */
  images?: string[];
  toolCalls?: { id: string; name: string; args: JsonObject }[];
  /** For role `tool`: which call this answers. */
  toolCallId?: string;
  toolName?: string;
}

export interface ModelRequest {
  model: string;
  messages: ModelMessage[];
  tools: { name: string; description: string; inputSchema: JsonObject }[];
  /** A JSON Schema the answer must follow, where the provider supports it. */
  format?: JsonObject;
  temperature?: number;
  /** For the ledger: whose question it is. */
  by?: ConnectionBy | undefined;
  signal: AbortSignal;
}

export type ModelEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'tool-call'; id: string; name: string; args: JsonObject }
  | { type: 'end'; usage: { inputTokens?: number; outputTokens?: number }; reason: 'stop' | 'length' | 'tool-calls' | 'other' };

export interface ModelProvider {
  /** Version and models. Throws `provider-unreachable` with a hint. */
  describe(config: ProviderConfig, signal: AbortSignal): Promise<{ version?: string; models: ModelInfo[] }>;
  chat(config: ProviderConfig, request: ModelRequest): AsyncIterable<ModelEvent>;
  pull?(config: ProviderConfig, model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
  remove?(config: ProviderConfig, model: string): Promise<void>;
}

/** By provider type. */
export type ModelProviders = Record<ProviderConfig['type'], ModelProvider>;
