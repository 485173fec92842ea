// Everything that is asked of a server beside its tools, in its worker: resources, prompts, completion, the level of its log.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ErrorCode, type LoggingLevel, McpError } from '@modelcontextprotocol/sdk/types.js';
import { AppError, assertNever, cancelled } from '../../../shared/errors.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import { badAnswer } from './bad-answer.ts';
import { toPromptMessages, toResourceContents } from './convert.ts';
import { listPrompts, listResources } from './mcp-lists.ts';
import type { Question } from './worker-messages.ts';

const notOffered = (what: string) =>
  new AppError('not-offered', `This server does not offer ${what}.`, { hint: 'Its page says what it offers.' });

const levels: Record<ServerLogLine['level'], LoggingLevel> = { debug: 'debug', info: 'info', warn: 'warning', error: 'error' };

/** `roots` and `leave` are the worker's own. Throws `not-offered`, `server-refused`, `server-answer-invalid`, `cancelled`. */
export async function askServer(
  client: Client,
  question: Exclude<Question, { about: 'roots' | 'leave' }>,
  options: { timeout: number; signal: AbortSignal },
  note: (text: string) => void,
): Promise<unknown> {
  try {
    return await ask(client, question, options, note);
  } catch (error) {
    if (options.signal.aborted) throw cancelled('It was stopped.');
    if (error instanceof AppError) throw error;
    const bad = badAnswer(error, 'What the server answers');
    if (bad !== undefined) throw bad;
    const message = error instanceof Error ? error.message.slice(0, 2_000) : String(error);
    throw new AppError('server-refused', `The server answered with an error: ${message}`, { hint: 'Look at its log.' });
  }
}

async function ask(
  client: Client,
  question: Exclude<Question, { about: 'roots' | 'leave' }>,
  options: { timeout: number; signal: AbortSignal },
  note: (text: string) => void,
): Promise<unknown> {
  const can = client.getServerCapabilities() ?? {};
  switch (question.about) {
    case 'resources':
      return listResources({ client, options, note });
    case 'read':
      if (can.resources === undefined) throw notOffered('resources');
      return toResourceContents(await client.readResource({ uri: question.uri }, options));
    case 'subscribe':
      if (can.resources?.subscribe !== true) throw notOffered('to tell when a resource changes');
      await client.subscribeResource({ uri: question.uri }, options);
      return null;
    case 'unsubscribe':
      await client.unsubscribeResource({ uri: question.uri }, options);
      return null;
    case 'prompts':
      return listPrompts({ client, options, note });
    case 'prompt':
      if (can.prompts === undefined) throw notOffered('prompts');
      return toPromptMessages(await client.getPrompt({ name: question.name, arguments: question.args }, options));
    case 'complete': {
      // Before 2025-03-26 there was no word for it; servers of that era just answer.
      if (can.completions === undefined && can.prompts === undefined && can.resources === undefined) return { values: [], hasMore: false };
      const { ref, argument, value, context } = question.request;
      const { completion } = await client.complete(
        {
          ref: 'prompt' in ref ? { type: 'ref/prompt', name: ref.prompt } : { type: 'ref/resource', uri: ref.resource },
          argument: { name: argument, value },
          ...(context === undefined ? {} : { context: { arguments: context } }),
        },
        options,
      );
      return { values: completion.values.slice(0, 100), hasMore: completion.hasMore === true };
    }
    case 'alive':
      // One that does not know the question has answered it.
      await client.ping(options).catch((error: unknown) => {
        if (!(error instanceof McpError) || error.code === ErrorCode.RequestTimeout || error.code === ErrorCode.ConnectionClosed)
          throw error;
      });
      return null;
    case 'level':
      if (can.logging === undefined) throw notOffered('to set the level of its log');
      await client.setLoggingLevel(levels[question.level], options);
      return null;
    default:
      return assertNever(question);
  }
}
