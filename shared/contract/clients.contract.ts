// Other programs that use Orrery over MCP. `session` and what follows it are for `orrery mcp`, which carries them to a program.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  clientName,
  mcpClient,
  programOrigin,
  servedPrompt,
  servedPromptText,
  servedResource,
  servedResult,
  servedTool,
  sessionEvent,
} from '../model/client.ts';
import { jsonObject } from '../model/json.ts';
import { call, nothing } from './base.ts';

const inSession = z.object({ session: z.string().max(100) });

export const clientsContract = {
  list: call.output(z.array(mcpClient)),
  /** A program that comes with a token, which is shown this once. Asks outside the page where the host can. */
  add: call
    .input(z.object({ name: clientName }))
    .output(z.object({ client: mcpClient, token: z.string(), address: z.string().optional() })),
  /** Its token is void, its sessions end, its grants are revoked. */
  revoke: call.input(z.object({ name: clientName })).output(nothing),
  /** A program without a token that was revoked may come again. */
  letIn: call.input(z.object({ name: clientName })).output(nothing),
  /** Open for as long as it is read. Without a token it is unknown, whatever it calls itself. */
  session: call
    .input(
      z.object({
        client: z.string().trim().min(1).max(60).optional(),
        token: z.string().max(200).optional(),
        origin: programOrigin.optional(),
      }),
    )
    .output(eventIterator(sessionEvent)),
  listTools: call.input(inSession).output(z.array(servedTool)),
  callTool: call
    .input(inSession.extend({ call: z.string().max(100), name: z.string().max(200), args: jsonObject.default({}) }))
    .output(servedResult),
  /** The program took a call back: what it began is stopped. */
  cancelCall: call.input(inSession.extend({ call: z.string().max(100) })).output(nothing),
  listResources: call.input(inSession).output(z.array(servedResource)),
  readResource: call.input(inSession.extend({ uri: z.string().max(2000) })).output(z.object({ mimeType: z.string(), text: z.string() })),
  listPrompts: call.input(inSession).output(z.array(servedPrompt)),
  getPrompt: call
    .input(inSession.extend({ name: z.string().max(200), args: z.record(z.string().max(200), z.string().max(100_000)).default({}) }))
    .output(servedPromptText),
  complete: call
    .input(inSession.extend({ prompt: z.string().max(200), argument: z.string().max(200), typed: z.string().max(1000) }))
    .output(z.array(z.string())),
};
