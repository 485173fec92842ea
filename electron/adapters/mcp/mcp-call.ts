// One call of a tool over MCP, in the worker: plain, or as a task where the tool can only run as one.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  type Progress,
  type UrlElicitationRequiredError,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError, cancelled } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { badAnswer } from './bad-answer.ts';
import type { AskUs } from './mcp-asks.ts';

export interface McpCallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  meta?: Record<string, unknown>;
  onProgress?: (progress: { done: number; total: number | undefined; note: string | undefined }) => void;
}

interface Call {
  name: string;
  args: JsonObject;
  asTask: boolean;
}

export async function requestTool(client: Client, call: Call, options: McpCallOptions, ask: AskUs | undefined): Promise<CallToolResult> {
  try {
    return await request(client, call, options);
  } catch (error) {
    if (options.signal.aborted) throw cancelled('The tool call was stopped.');
    // It wants the person to open an address first; once they did, the call is made again.
    if (ask !== undefined && isUrlWanted(error) && (await haveOpened(error, ask, options.signal)))
      return await request(client, call, options).catch((again: unknown) => {
        throw failed(call.name, again, options.signal);
      });
    throw failed(call.name, error, options.signal);
  }
}

function request(client: Client, { name, args, asTask }: Call, call: McpCallOptions): Promise<CallToolResult> {
  const onProgress = call.onProgress;
  const params = { name, arguments: args, ...(call.meta === undefined ? {} : { _meta: call.meta }) };
  const options = {
    signal: call.signal,
    timeout: call.timeoutMs,
    resetTimeoutOnProgress: true,
    ...(onProgress === undefined
      ? {}
      : { onprogress: (p: Progress) => onProgress({ done: p.progress, total: p.total, note: p.message?.slice(0, 500) }) }),
  };
  if (!asTask) return client.request({ method: 'tools/call', params }, CallToolResultSchema, options);
  return runTask(client, params, options, call);
}

async function runTask(
  client: Client,
  params: { name: string; arguments: JsonObject },
  options: { signal: AbortSignal; timeout: number },
  call: McpCallOptions,
): Promise<CallToolResult> {
  let task: string | undefined;
  const stop = () => {
    if (task !== undefined) client.experimental.tasks.cancelTask(task).catch(() => undefined); // it may be over already
  };
  call.signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const message of client.experimental.tasks.callToolStream(params, CallToolResultSchema, {
      ...options,
      task: { ttl: call.timeoutMs },
    })) {
      if (message.type === 'result') return message.result as CallToolResult;
      if (message.type === 'error') throw message.error;
      task = message.task.taskId;
      call.onProgress?.({ done: 0, total: undefined, note: (message.task.statusMessage ?? message.task.status).slice(0, 500) });
    }
  } finally {
    call.signal.removeEventListener('abort', stop);
  }
  throw new Error('The task ended without a result.');
}

const isUrlWanted = (error: unknown): error is UrlElicitationRequiredError =>
  (error as { code?: unknown }).code === ErrorCode.UrlElicitationRequired;

async function haveOpened(error: UrlElicitationRequiredError, ask: AskUs, signal: AbortSignal): Promise<boolean> {
  const wanted = ((error.data as { elicitations?: { message?: unknown; url?: unknown }[] } | undefined)?.elicitations ?? []).slice(0, 3);
  for (const { message, url } of wanted) {
    if (typeof url !== 'string') return false;
    const told = await ask(
      { what: 'elicit', request: { message: String(message ?? '').slice(0, 20_000), url: url.slice(0, 4_000) } },
      signal,
    );
    if (!('action' in told) || told.action !== 'accept') return false;
  }
  return wanted.length > 0;
}

function failed(name: string, error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return cancelled('The tool call was stopped.');
  if (error instanceof AppError) return error;
  const message = badAnswer(error, 'its answer')?.message ?? (error instanceof Error ? error.message.slice(0, 2_000) : String(error));
  return new AppError('tool-failed', `The tool “${name}” failed: ${message}`, { hint: 'Check its input, or look at the server’s output.' });
}
