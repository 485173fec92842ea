// orrery tools …: takes tool servers over from elsewhere, and shows, mends and follows those that are there.

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ServerPlan } from '../../shared/model/server-import.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import { isThisMachine } from '../../shared/this-machine.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { amber, dim, exitCodes, inert, print, printJson, printTable, say } from './output.ts';
import { readGiven } from './read-given.ts';
import { allowCommands } from './servers-allow.ts';
import { hostsCommand } from './servers-hosts.ts';
import { keptCommands } from './servers-kept.ts';
import { followLog, type LogOptions } from './servers-log.ts';
import { addPlanned, type PlanOptions, planWithVault } from './servers-plan.ts';
import { settled } from './servers-settled.ts';
import { showChanges, showServer } from './servers-show.ts';
import { signInCommands } from './servers-sign-in.ts';
import { stateCommands } from './servers-state.ts';
import { readAll } from './vault-input.ts';
import { withHost } from './with-host.ts';

type Options = PlanOptions & LogOptions;

const most = 1_000_000;
const several = (value: string, before: string[] = []): string[] => [...before, value];

export function serverCommands(tools: Command): void {
  const command = (name: string, text: string): Command =>
    tools.command(name).description(text).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  const withAdding = (made: Command): Command =>
    made
      .option('--yes', 'add without asking')
      .option('--answer <id=value>', 'what the plan asks for; may be repeated', several)
      .option('--folder <path[:rw]>', 'a folder that it may read, or write too; may be repeated', several)
      .option('--host <name>', 'a host that it may reach; may be repeated', several);

  command('found', 'configurations of other programs on this machine that name tool servers').action((options: Options) =>
    withHost(options, (client) => found(client, options)),
  );
  command('catalogue', 'known tool servers, by id').action((options: Options) => withHost(options, (client) => catalogue(client, options)));
  withAdding(command('import', 'take tool servers over from a configuration of Claude Desktop, VS Code, Cursor and others'))
    .argument('<file>', 'the configuration, one of `orrery tools found`, or - for stdin')
    .option('--only <names>', 'only these, separated by commas')
    .addHelpText(
      'after',
      '\nThe plan is shown first. Keys in it go into the vault.\n\nExample:\n  orrery tools import ~/.cursor/mcp.json --only github,notes',
    )
    .action((file: string, options: Options) =>
      withHost(options, async (client) => {
        const make = await planOfFile(client, file);
        return addPlanned(client, await planWithVault(client, make, options), options);
      }),
    );
  withAdding(command('add', 'add one tool server'))
    .argument('<what>', 'an id of the catalogue, an npm package, an .mcpb file, or an address')
    .addHelpText(
      'after',
      '\nThe plan is shown first.\n\nExamples:\n  orrery tools add filesystem --answer folders=/home/me/notes\n  orrery tools add @scope/some-server@1.2.3 --yes\n  orrery tools add https://mcp.example.com/mcp',
    )
    .action((what: string, options: Options) =>
      withHost(options, async (client) => addPlanned(client, await planWithVault(client, () => planOf(client, what), options), options)),
    );
  command('show', 'what a tool server is, how it does and what it may touch')
    .argument('<id>')
    .action((id: string, options: Options) =>
      withHost(options, async (client) => {
        const { id: its } = await serverOf(client, id);
        await settled(client);
        const server = await serverOf(client, its);
        if (options.json === true) printJson(server);
        else showServer(server);
        return server.state === 'failed' ? exitCodes.failed : exitCodes.ok;
      }),
    );
  command('logs', 'what a tool server said, and what was done with it')
    .argument('<id>')
    .option('--follow', 'go on with new lines until Ctrl-C')
    .option('--level <level>', 'debug, info, warn or error, and worse', 'debug')
    .action((id: string, options: Options) => withHost(options, async (client) => followLog(client, await serverOf(client, id), options)));
  keptCommands(command, serverOf);
  allowCommands(command, serverOf);
  hostsCommand(command, serverOf);
  signInCommands(command, serverOf);
  stateCommands(command, serverOf);
  command('accept', 'accept the changed definitions of a server’s tools, after a look at them')
    .argument('<id>')
    .option('--yes', 'without asking')
    .action((id: string, options: Options) => withHost(options, (client) => accept(client, id, options)));
  command('release', 'let a server start again that was set aside')
    .argument('<id>')
    .option('--yes', 'without asking')
    .action((id: string, options: Options) => withHost(options, (client) => release(client, id, options)));
}

async function found(client: HostClient, options: Options): Promise<number> {
  const list = await client.servers.listFound();
  if (options.json === true) printJson(list);
  else if (list.length === 0) print('No configuration of another program was found.');
  else
    printTable(
      list.map(({ program, path: file, servers, error }) => [
        program,
        error === undefined ? `${servers} ${servers === 1 ? 'server' : 'servers'}` : amber('cannot be read'),
        inert(file),
        error === undefined ? '' : dim(inert(error)),
      ]),
    );
  return exitCodes.ok;
}

async function catalogue(client: HostClient, options: Options): Promise<number> {
  const list = await client.servers.catalogue();
  if (options.json === true) printJson(list);
  else
    printTable(
      list.map((each) => [
        each.id,
        each.isInstalled ? 'added' : '',
        each.description,
        dim(each.needs.length === 0 ? '' : `needs ${each.needs.join(', ')}`),
      ]),
    );
  return exitCodes.ok;
}

/** What makes the plan, as often as it is wanted: stdin is read once. */
async function planOfFile(client: HostClient, file: string): Promise<() => Promise<ServerPlan>> {
  if (file === '-') {
    const text = within(await readAll(most), 'stdin');
    return () => client.servers.preview({ kind: 'text', text, from: 'stdin' });
  }
  const full = path.resolve(file);
  const list = await client.servers.listFound();
  // One of those is read by the host, so that its name is kept as where the servers came from.
  const known = list.find((each) => each.path === full || each.program.toLowerCase() === file.toLowerCase());
  if (known !== undefined) return () => client.servers.preview({ kind: 'found', path: known.path });
  const text = readGiven(full, configuration);
  return () => client.servers.preview({ kind: 'text', text, from: full });
}

const configuration = {
  what: 'a configuration, such as one that `orrery tools found` lists',
  most,
  ifLarger: 'Give the configuration itself.',
};
const tooLarge = (where: string): AppError =>
  new AppError('input-file', `${where} is larger than 1 MB.`, { hint: 'Give the configuration itself.' });
function within(text: string, where: string): string {
  if (text.length > most) throw tooLarge(where);
  if (text.trim() === '')
    throw new AppError('input-file', `There is nothing in ${where}.`, { hint: 'Give a configuration with mcpServers or servers.' });
  return text;
}

async function planOf(client: HostClient, what: string) {
  if (/^https?:\/\//i.test(what)) {
    if (!URL.canParse(what))
      throw new AppError('input-address', `“${what}” is not an address.`, { hint: 'Write it like https://mcp.example.com/mcp.' });
    const { hostname, port } = new URL(what);
    const name = isThisMachine(what) ? `local-${port || '80'}` : (hostname.replace(/^(mcp|www|api)\./, '').split('.')[0] ?? 'server');
    return client.servers.preview({
      kind: 'text',
      text: JSON.stringify({ mcpServers: { [name]: { type: 'http', url: what } } }),
      from: hostname,
    });
  }
  if (/\.(mcpb|dxt)$/i.test(what)) {
    const full = path.resolve(what);
    if (!existsSync(full)) throw new AppError('input-file', `There is no file ${full}.`, { hint: 'Give the path of an .mcpb file.' });
    return client.servers.preview({ kind: 'bundle', path: full });
  }
  const isKnown = (await client.servers.catalogue()).some((each) => each.id === what);
  return client.servers.preview(isKnown ? { kind: 'catalogue', id: what } : { kind: 'npm', name: what });
}

/** Throws `server-not-found`. */
async function serverOf(client: HostClient, id: string): Promise<ServerStatus> {
  const servers = await client.tools.listServers();
  const server = servers.find((each) => each.id === id) ?? servers.find((each) => each.title.toLowerCase() === id.toLowerCase());
  if (server === undefined)
    throw new AppError('server-not-found', `There is no tool server “${id}”.`, {
      hint: `There are: ${servers.map((each) => each.id).join(', ')}.`,
    });
  return server;
}

async function accept(client: HostClient, id: string, options: Options): Promise<number> {
  const known = await serverOf(client, id);
  // What it offers now is known once it has run.
  const server = known.isAsleep === true ? await client.tools.startServer({ id: known.id }) : known;
  const changes = server.changes ?? [];
  if (options.json === true && (changes.length === 0 || options.yes !== true)) {
    printJson(changes);
    return exitCodes.ok;
  }
  if (changes.length === 0) {
    print('Its tools are as you last saw them.');
    return exitCodes.ok;
  }
  if (options.json !== true) showChanges(changes);
  if (!(await confirm('Accept these definitions?', options))) {
    say('Nothing was accepted.');
    return exitCodes.cancelled;
  }
  await client.tools.acceptChanges({ id: server.id });
  if (options.json === true) printJson(changes);
  else print(`Accepted. ${changes.length === 1 ? 'This tool is' : 'These tools are'} used as they are now.`);
  return exitCodes.ok;
}

async function release(client: HostClient, id: string, options: Options): Promise<number> {
  const server = await serverOf(client, id);
  if (server.quarantine === undefined) {
    if (options.json === true) printJson(server);
    else print('It was not set aside.');
    return exitCodes.ok;
  }
  if (options.json !== true) print(`It was set aside: ${inert(server.quarantine.reason)}`);
  if (!(await confirm('Let it start again?', options))) {
    say('It stays set aside.');
    return exitCodes.cancelled;
  }
  const released = await client.tools.releaseServer({ id: server.id });
  if (options.json === true) printJson(released);
  else showServer(released);
  return released.state === 'failed' ? exitCodes.failed : exitCodes.ok;
}
