// Finds a tool by its server and name, waiting for a server that is just starting.

import { AppError, cancelled } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ServerConfig, ServerStatus, ToolInfo } from '../../../shared/model/tool.ts';
import type { ToolHost } from '../ports.ts';

type Tools = Pick<ToolHost, 'servers' | 'tools' | 'onChange'>;
const startTimeoutMs = 30_000;

export const isBuiltIn = (tools: Pick<ToolHost, 'servers'>, server: string): boolean =>
  tools.servers().some((status) => status.id === server && status.kind === 'built-in');

/** As it is offered at this moment. */
export const offeredTool = (tools: Pick<ToolHost, 'tools'>, server: string, name: string): ToolInfo | undefined =>
  tools.tools(server as ServerId).find((tool) => tool.name === name);

/** Throws `server-not-found`, `server-not-running`, `tool-not-found`, `cancelled`. */
export async function findTool(tools: Tools, server: string, name: string, signal: AbortSignal): Promise<ToolInfo> {
  const find = () => offeredTool(tools, server, name);
  const status = () => tools.servers().find((each) => each.id === server);
  const isStarting = () => ['starting', 'restarting'].includes(status()?.state ?? '');
  if (find() === undefined && isStarting()) await waitUntil(tools, () => find() !== undefined || !isStarting(), signal);
  const tool = find();
  if (tool !== undefined) return tool;
  const now = status();
  if (now === undefined)
    throw new AppError('server-not-found', `There is no tool server ${server}.`, { hint: 'The Tools page lists those there are.' });
  if (now.state !== 'ready')
    throw new AppError('server-not-running', now.failure?.message ?? `The tool server ${server} is not running.`, {
      hint: now.failure?.hint ?? 'Start it on the Tools page.',
      retryable: true,
    });
  const names = tools.tools(server as ServerId).map((each) => each.name);
  throw new AppError('tool-not-found', `${server} has no tool ${name}.`, { hint: `It has ${names.slice(0, 30).join(', ') || 'none'}.` });
}

type Starting = Tools & Pick<ToolHost, 'start'>;

/** The server, when it does not run yet and can. */
export function sleeping(tools: Pick<ToolHost, 'servers'>, server: string): (ServerStatus & { config: ServerConfig }) | undefined {
  const status = tools.servers().find((each) => each.id === server);
  const isOnItsWay = status?.isAsleep === true || status?.state === 'starting';
  return status?.kind === 'child' && isOnItsWay && status.config !== undefined ? { ...status, config: status.config } : undefined;
}

/**
 * A server that need not run yet is known by what it offered last time: before it is called it is started, and what it offers then
 * counts. Throws `cancelled`.
 */
export async function wakeUp(tools: Starting, status: { config: ServerConfig }, signal: AbortSignal): Promise<void> {
  const started = tools.start(status.config);
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    // Why it did not start is said by the call itself.
    started.then(() => resolve(), resolve as () => void).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits while any of these servers is starting, so that their tools can be offered; not for one that keeps failing. */
export function whenStarted(tools: Tools, servers: readonly string[], signal: AbortSignal): Promise<void> {
  const wanted = new Set(servers);
  return waitUntil(tools, () => !tools.servers().some((status) => wanted.has(status.id) && status.state === 'starting'), signal);
}

function waitUntil(tools: Tools, isDone: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      act();
    };
    const abort = () => finish(() => reject(cancelled()));
    const stop = tools.onChange(() => {
      if (isDone()) finish(resolve);
    });
    // After that the status says what is wrong.
    const timer = setTimeout(() => finish(resolve), startTimeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else if (isDone()) finish(resolve);
  });
}
