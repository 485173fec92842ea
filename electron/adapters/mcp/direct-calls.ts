// The short way of a tool call over pipes. The main side writes the request itself (what we send is ours), and the worker reads the
// answer, checks it and hands it on: two crossings between threads instead of four, and the request is put into words once. The
// answers are recognised by their ids. The SDK's client, in the worker, does everything else.

import { type CallToolResult, CallToolResultSchema, ErrorCode, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { toToolResult } from './convert.ts';
import { isDirect, isPlain } from './direct-lines.ts';
import type { OutputChecks } from './tool-output.ts';
import type { FoundTool, FromWorker } from './worker-messages.ts';

export interface DirectTools {
  find(name: string): FoundTool | undefined;
  outputs: OutputChecks;
  /** By id, the tool whose promise the answer must keep. */
  promised: Map<number, string>;
}

/** In the worker: true when the message belonged to such a call and was dealt with. */
export function takeDirect(message: JSONRPCMessage, tools: DirectTools, tell: (message: FromWorker) => void): boolean {
  if ('method' in message) {
    if (message.method !== 'notifications/progress') return false;
    const { progressToken: id, progress, total, message: note } = (message.params ?? {}) as Record<string, unknown>;
    if (!isDirect(id)) return false;
    if (typeof progress === 'number')
      tell({
        type: 'progress',
        id,
        done: progress,
        total: typeof total === 'number' ? total : undefined,
        note: typeof note === 'string' ? note.slice(0, 500) : undefined,
      });
    return true;
  }
  const { id } = message;
  if (!isDirect(id)) return false;
  try {
    tell({ type: 'result', id, result: resultOf(message, id, tools) });
  } catch (error) {
    if (error === anotherWay) tell({ type: 'again', id });
    else tell({ type: 'error', id, error: toAppError(error).toJSON() });
  }
  tools.promised.delete(id);
  return true;
}

/** It wants something of the person first: the client in the worker knows how to ask. */
const anotherWay = Symbol('another way');

function resultOf(message: JSONRPCMessage, id: number, tools: DirectTools) {
  const failed = (why: string) =>
    new AppError('tool-failed', `The tool failed: ${why.slice(0, 2_000)}`, { hint: 'Check its input, or look at the server’s output.' });
  if ('error' in message) {
    if (message.error.code === ErrorCode.UrlElicitationRequired) throw anotherWay;
    throw failed(`MCP error ${message.error.code}: ${message.error.message}`);
  }
  if (!('result' in message)) throw failed('its answer holds neither a result nor an error.');
  let result: CallToolResult;
  if (isPlain(message.result)) result = message.result;
  else {
    const parsed = CallToolResultSchema.safeParse(message.result);
    if (!parsed.success) throw failed('its answer is not what MCP asks for.');
    result = parsed.data;
  }
  const converted = toToolResult(result);
  const tool = tools.find(tools.promised.get(id) ?? '');
  if (tool !== undefined && !converted.isError) tools.outputs.check(tool, result.structuredContent);
  return converted;
}
