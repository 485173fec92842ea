// orrery tools start, stop, remove: what its page does with a tool server. Removing is asked first, and can be undone.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ServerConfig, ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { exitCodes, inert, print, printJson, say } from './output.ts';
import { showServer } from './servers-show.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
  yes?: boolean;
}

export function stateCommands(
  command: (name: string, text: string) => Command,
  serverOf: (client: HostClient, id: string) => Promise<ServerStatus>,
): void {
  const act = (
    name: string,
    text: string,
    does: (client: HostClient, server: ServerStatus, options: Options) => Promise<number>,
  ): Command =>
    command(name, text)
      .argument('<id>')
      .action((id: string, options: Options) =>
        withHost(options, async (client) => does(client, ofOthers(await serverOf(client, id)), options)),
      );
  act('start', 'start a tool server, anew where it runs; says the cause where it does not start', start);
  act('stop', 'stop a tool server of the host that runs, until it is started again', stop);
  act('remove', 'remove a tool server and its settings, after a yes', remove).option('--yes', 'without asking');
}

/** Throws `server-built-in`. */
export function ofOthers(server: ServerStatus): ServerStatus & { config: ServerConfig } {
  const { config } = server;
  if (config !== undefined) return { ...server, config };
  throw new AppError('server-built-in', `“${server.title}” is a part of Orrery and always there.`, {
    hint: 'What may use it is said by grants: orrery grants.',
  });
}

async function start(client: HostClient, server: ServerStatus, options: Options): Promise<number> {
  if (server.state === 'ready') await client.tools.stopServer({ id: server.id });
  const started = await client.tools.startServer({ id: server.id });
  show(started, options);
  if (started.state === 'ready' && options.json !== true && (await isOwnHost(client)))
    say('It starts. No host runs on this data folder, so it is stopped again now.');
  return started.state === 'failed' ? exitCodes.failed : exitCodes.ok;
}

async function stop(client: HostClient, server: ServerStatus, options: Options): Promise<number> {
  if (await isOwnHost(client))
    throw new AppError('input-usage', 'No host runs on this data folder, so no tool server of it runs.', {
      hint: 'To have it no longer: orrery tools remove.',
    });
  show(await client.tools.stopServer({ id: server.id }), options);
  return exitCodes.ok;
}

async function remove(client: HostClient, server: ServerStatus, options: Options): Promise<number> {
  const question = `Remove “${inert(server.title)}”? It is stopped and its settings are deleted; workflows that use its tools stay, and secrets too.`;
  if (!(await confirm(question, options))) {
    say('It stays.');
    return exitCodes.cancelled;
  }
  await client.tools.removeServer({ id: server.id });
  if (options.json === true) printJson({ removed: server.id });
  else print(`Removed ${inert(server.title)}. To have it back: orrery revisions list --kind server`);
  return exitCodes.ok;
}

export const isOwnHost = async (client: HostClient): Promise<boolean> => (await client.app.getInfo()).host === 'cli';

function show(server: ServerStatus, { json }: Options): void {
  if (json === true) printJson(server);
  else showServer(server);
}
