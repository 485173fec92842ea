// The contract of a built-in tool server: one `*.server.ts` file beside this one. Built-in servers run in the host over the
// in-memory MCP transport and receive only the ports named in `needs`.

import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { MemorySource } from '../../shared/model/memory.ts';
import type { ChangeRecorder, Clock, ConnectionBy, Files, HostInfo, MemoryStore, Net, Pages, SettingsStore } from '../runtime/ports.ts';

export interface ServerPorts {
  files: Files;
  memory: MemoryStore;
  net: Net;
  pages: Pages;
  clock: Clock;
  host: HostInfo;
  settings: Pick<SettingsStore, 'get'>;
  /** New ids for what a tool stores. */
  ids: { next(): string };
}

export interface ToolCallContext<Needs extends keyof ServerPorts> {
  use: Pick<ServerPorts, Needs>;
  signal: AbortSignal;
  /** Folders this call may touch. */
  folders: readonly string[];
  /** Hosts this call may reach, where that is narrower than the settings. */
  hosts?: readonly string[];
  /** Handed to the guarded client: whether a redirect may be followed. */
  mayGoOn?: ((address: string) => void) | undefined;
  source: MemorySource;
  /** Whose connection it is, for the ledger. */
  by?: ConnectionBy;
  /** Where a tool puts down what was there before it changes it. */
  changes?: ChangeRecorder;
  progress(progress: { done: number; total?: number; note?: string }): void;
}

export interface ToolDefinition<Input, Needs extends keyof ServerPorts> {
  name: string;
  title: string;
  description: string;
  input: z.ZodType<Input>;
  output?: JsonObject;
  readOnly: boolean;
  idempotent: boolean;
  destructive: boolean;
  /** Text for models, structured data for workflows. */
  run(input: Input, context: ToolCallContext<Needs>): Promise<{ text: string; structured?: JsonValue }>;
}

export interface ServerDefinition<Needs extends keyof ServerPorts = keyof ServerPorts> {
  id: string;
  title: string;
  description: string;
  needs: readonly Needs[];
  // biome-ignore lint/suspicious/noExplicitAny: tools of one server have different inputs; each is parsed by its own schema before run
  tools: ToolDefinition<any, Needs>[];
}

export function defineServer<const Needs extends keyof ServerPorts>(server: ServerDefinition<Needs>): ServerDefinition<Needs> {
  return server;
}

/** Keeps one tool's input typed from its schema. */
export function defineTool<Input, const Needs extends keyof ServerPorts>(tool: ToolDefinition<Input, Needs>): ToolDefinition<Input, Needs> {
  return tool;
}
