// Tool servers and their tools.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { serverId } from '../model/ids.ts';
import { jsonObject } from '../model/json.ts';
import { completeRequest, promptInfo, promptMessage, resourceContent, resourceInfo, serverLogLine } from '../model/mcp.ts';
import { serverConfig, serverStatus, toolInfo, toolResult } from '../model/tool.ts';
import { call, nothing } from './base.ts';

/** Made by the page for one call of its own. */
const followId = z.string().regex(/^[a-z0-9-]{8,40}$/);
const callProgress = z.object({ done: z.number(), total: z.number().optional(), note: z.string().optional() });
const resourceUri = z.string().min(1).max(4000);

export const toolsContract = {
  listServers: call.output(z.array(serverStatus)),
  watchServers: call.output(eventIterator(z.array(serverStatus))),
  listTools: call.input(z.object({ server: serverId.optional() })).output(z.array(toolInfo)),
  /** Stores the server and starts it when enabled. Only a person at the app calls this. */
  addServer: call.input(z.object({ config: serverConfig })).output(serverStatus),
  /** `was`: the settings that the change was made from. Refused with `server-changed` when they are not those that are kept. */
  updateServer: call.input(z.object({ config: serverConfig, was: serverConfig.optional() })).output(serverStatus),
  removeServer: call.input(z.object({ id: serverId })).output(nothing),
  startServer: call.input(z.object({ id: serverId })).output(serverStatus),
  stopServer: call.input(z.object({ id: serverId })).output(serverStatus),
  /** A call by the person, from the Tools page or the command line. */
  call: call
    .input(z.object({ server: serverId, tool: z.string().min(1).max(200), args: jsonObject.default({}), follow: followId.optional() }))
    .output(toolResult),
  /** How far a call has come that was given this name, from now on. */
  watchCall: call.input(z.object({ follow: followId })).output(eventIterator(callProgress)),

  /** Resources and templates of a server, all pages. A server that sleeps is woken by this and by all that follow. */
  listResources: call.input(z.object({ server: serverId })).output(z.array(resourceInfo)),
  readResource: call.input(z.object({ server: serverId, uri: resourceUri })).output(z.array(resourceContent)),
  /** The resource now, and again each time the server says that it changed, while it is watched. */
  watchResource: call.input(z.object({ server: serverId, uri: resourceUri })).output(eventIterator(z.array(resourceContent))),
  listPrompts: call.input(z.object({ server: serverId })).output(z.array(promptInfo)),
  getPrompt: call
    .input(
      z.object({ server: serverId, name: z.string().min(1).max(300), args: z.record(z.string(), z.string().max(100_000)).default({}) }),
    )
    .output(z.array(promptMessage)),
  /** What an argument of a prompt or of a template may be. */
  complete: call
    .input(z.object({ server: serverId, request: completeRequest }))
    .output(z.object({ values: z.array(z.string()), hasMore: z.boolean() })),
  /** The newest lines, and all of them again after each change. */
  watchLogs: call.input(z.object({ server: serverId })).output(eventIterator(z.array(serverLogLine))),
  setLogLevel: call.input(z.object({ server: serverId, level: serverLogLine.shape.level })).output(nothing),
  /** The person has seen the changed definitions of its tools. */
  acceptChanges: call.input(z.object({ id: serverId })).output(nothing),
  /** The person lets a server that was set aside start again. */
  releaseServer: call.input(z.object({ id: serverId })).output(serverStatus),
  /** Begins a sign-in; the shell opens the address. How it goes is in the server's status. */
  signIn: call.input(z.object({ id: serverId })).output(z.object({ url: z.url() })),
  /** Gives up the sign-in that is under way, whoever began it; its address is good for nothing from then on. */
  stopSignIn: call.input(z.object({ id: serverId })).output(serverStatus),
  signOut: call.input(z.object({ id: serverId })).output(serverStatus),
};
