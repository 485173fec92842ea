// Other programs that use Orrery over MCP. `session` and what follows it are for `orrery mcp`, which carries them to a program.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { clientName, mcpClient, servedResource, servedResult, servedTool, sessionEvent } from '../model/client.ts';
import { jsonObject } from '../model/json.ts';
import { call, nothing } from './base.ts';

const inSession = z.object({ session: z.string().max(100) });

export const clientsContract = {
  list: call.output(z.array(mcpClient)),
  /** A program that comes over HTTP: its token is shown this once. Asks outside the page where the host can. */
  add: call
    .input(z.object({ name: clientName }))
    .output(z.object({ client: mcpClient, token: z.string(), address: z.string().optional() })),
  /** Its token is void, its sessions end, its grants are revoked. */
  revoke: call.input(z.object({ name: clientName })).output(nothing),
  /** Open for as long as it is read. */
  session: call.input(z.object({ client: clientName })).output(eventIterator(sessionEvent)),
  listTools: call.input(inSession).output(z.array(servedTool)),
  callTool: call
    .input(inSession.extend({ call: z.string().max(100), name: z.string().max(200), args: jsonObject.default({}) }))
    .output(servedResult),
  listResources: call.input(inSession).output(z.array(servedResource)),
  readResource: call.input(inSession.extend({ uri: z.string().max(2000) })).output(z.object({ mimeType: z.string(), text: z.string() })),
};
