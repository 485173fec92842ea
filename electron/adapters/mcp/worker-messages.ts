// What the main side and a server's worker say to each other. Only plain data crosses.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { StartFailure } from './start-error.ts';

export type FoundTool = Omit<ToolInfo, 'server'>;

export interface WorkerOptions {
  version: string;
  startMs: number;
  callMs: number;
}

export type ToWorker =
  | { type: 'data'; chunk: Uint8Array }
  | { type: 'call'; id: number; tool: string; args: JsonObject; idempotencyKey: string | undefined }
  | { type: 'cancel'; id: number }
  | { type: 'ping' };

export type FromWorker =
  | { type: 'pong' }
  /** So many bytes of `data` have been dealt with. */
  | { type: 'taken'; bytes: number }
  | { type: 'write'; text: string }
  | { type: 'ready'; tools: FoundTool[] }
  | { type: 'tools'; tools: FoundTool[] }
  | { type: 'result'; id: number; result: ToolResult }
  | { type: 'error'; id: number; error: AppErrorShape }
  | { type: 'progress'; id: number; done: number; total: number | undefined; note: string | undefined }
  /** A remark for the server's visible output. */
  | { type: 'note'; text: string }
  | { type: 'bad-line'; line: string }
  /** The handshake failed, or the server broke a hard limit: end it. */
  | { type: 'broken'; failure: StartFailure };
