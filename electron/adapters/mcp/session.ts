// One life of a server that others wrote, as the server above it sees it: a process with pipes, or requests to an address.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import type { StartFailure } from './launch/start-error.ts';
import type { StartRecord } from './start-record.ts';
import type { Answer, FoundTool, QuestionOf, Questions, ServerAbout, ServerAsks, ServerIsTold } from './worker-messages.ts';

export interface SessionEvents {
  /** `start`: how it went, where that was not known before. */
  onReady(tools: FoundTool[], about: ServerAbout, start: StartRecord | undefined): void;
  onTools(tools: FoundTool[]): void;
  onOutput(): void;
  /** A line of the server's own log, over MCP. */
  onLog(level: ServerLogLine['level'], text: string): void;
  onResource(uri: string): void;
  onLists(what: 'resources' | 'prompts'): void;
  /** Once, when nothing of it is left. No failure when it was stopped on purpose. */
  onEnd(failure: StartFailure | undefined): void;
  /** What the server asks of the person or of their model. */
  asks(asks: ServerAsks, options: { signal: AbortSignal; call: ToolCallOptions | undefined }): Promise<ServerIsTold>;
}

export interface Session {
  readonly pid: number | undefined;
  /** Bytes resident, where it is a process and the system says. */
  readonly memory?: number | undefined;
  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult>;
  ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>>;
  stop(): Promise<void>;
}
