// Tool servers and their tools.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { serverId } from '../model/ids.ts';
import { jsonObject } from '../model/json.ts';
import { serverConfig, serverStatus, toolInfo, toolResult } from '../model/tool.ts';
import { call, nothing } from './base.ts';

export const toolsContract = {
  listServers: call.output(z.array(serverStatus)),
  watchServers: call.output(eventIterator(z.array(serverStatus))),
  listTools: call.input(z.object({ server: serverId.optional() })).output(z.array(toolInfo)),
  /** Stores the server and starts it when enabled. Only a person at the app calls this. */
  addServer: call.input(z.object({ config: serverConfig })).output(serverStatus),
  updateServer: call.input(z.object({ config: serverConfig })).output(serverStatus),
  removeServer: call.input(z.object({ id: serverId })).output(nothing),
  startServer: call.input(z.object({ id: serverId })).output(serverStatus),
  stopServer: call.input(z.object({ id: serverId })).output(serverStatus),
  /** A call by the person, from the Tools page or the command line. */
  call: call.input(z.object({ server: serverId, tool: z.string().min(1).max(200), args: jsonObject.default({}) })).output(toolResult),
};
