// orrery tools allow, disallow: what a tool server may touch, given and taken as its Permissions tab does it. What would be different is
// shown before. Without a folder or a host, `allow` gives what a failed start wanted, as the button of its page does.

import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { hostEntry } from '../../shared/host-name.ts';
import { reachGiven, reachNamed, reachTaken } from '../../shared/model/server-reach.ts';
import type { ServerConfig, ServerReach, ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { bold, exitCodes, green, inert, inertLine, print, printJson, red, say } from './output.ts';
import { changeHosts } from './servers-hosts.ts';
import { mendingCommand } from './servers-mend.ts';
import { reachWords } from './servers-plan.ts';
import { showServer } from './servers-show.ts';
import { isOwnHost, ofOthers } from './servers-state.ts';
import { withHost } from './with-host.ts';

interface AllowOptions {
  json?: boolean;
  data?: string;
  yes?: boolean;
  folder?: string[];
  host?: string[];
  write?: boolean;
  tokens?: string | true;
  /** Not typed: it is started even where it is not set to start by itself. */
  start?: boolean;
}
type ServerOf = (client: HostClient, id: string) => Promise<ServerStatus>;

const several = (value: string, before: string[] = []): string[] => [...before, value];

export function allowCommands(command: (name: string, text: string) => Command, serverOf: ServerOf): void {
  command('allow', 'let a tool server read a folder or reach a host; without either, what its start was refused')
    .argument('<id>')
    .option('--folder <path[:rw]>', 'a folder that it may read, or write too; may be repeated', several)
    .option('--write', 'it may write the folders too')
    .option('--host <name>', 'a host that it may reach: example.org, *.example.org or example.org:8443; may be repeated', several)
    .option('--tokens <number>', 'tokens of your model that it may use in a day')
    .option('--yes', 'without asking; then the folder or the host has to be named')
    .addHelpText(
      'after',
      '\nWhat would be different is shown first. The server is started anew.\n\nExamples:\n  orrery tools allow notes\n  orrery tools allow notes --folder ~/notes --write\n  orrery tools allow notes --host api.example.com --yes',
    )
    .action((id: string, options: AllowOptions) =>
      withHost(options, async (client) => allow(client, ofOthers(await serverOf(client, id)), options, serverOf)),
    );
  command('disallow', 'take a folder or a host from a tool server')
    .argument('<id>')
    .option('--folder <path>', 'a folder that it is to see no longer; may be repeated', several)
    .option('--write', 'it may go on reading the folders, and write them no longer')
    .option('--host <name>', 'a host that it is to reach no longer; may be repeated', several)
    .option('--tokens', 'it is to use no tokens of your model')
    .option('--yes', 'without asking')
    .action((id: string, options: AllowOptions) =>
      withHost(options, async (client) => disallow(client, ofOthers(await serverOf(client, id)), options)),
    );
}

type Child = ServerStatus & { config: ServerConfig };

async function allow(client: HostClient, server: Child, options: AllowOptions, serverOf: ServerOf): Promise<number> {
  if (!namesSomething(options)) return mend(client, server, options, serverOf);
  const folders = (options.folder ?? []).map((each) => folderThere(each, options.write === true));
  const hosts = (options.host ?? []).map(hostOf);
  const tokens = options.tokens === undefined ? undefined : tokensOf(`${options.tokens}`);
  return change(client, server, options, (reach) => ({
    ...reachGiven(reach, { folders, hosts }),
    ...(tokens === undefined ? {} : { samplingTokens: tokens }),
  }));
}

async function disallow(client: HostClient, server: Child, options: AllowOptions): Promise<number> {
  if (!namesSomething(options))
    throw new AppError('input-usage', 'Say what is to be taken.', { hint: 'Name it with --folder, --host or --tokens.' });
  const { folders: had, hosts: reached } = server.config.reach ?? reachNamed(server.config);
  const folders = (options.folder ?? []).map((each) => ({ path: ownFolder(each, had, server), write: options.write === true }));
  const hosts = (options.host ?? []).map(hostOf);
  const stranger = hosts.find((each) => !reached.includes(each));
  if (stranger !== undefined)
    throw new AppError('input-host', `${stranger} is not among the hosts that it may reach.`, {
      hint: reached.length === 0 ? 'It has no network.' : `There are: ${reached.join(', ')}.`,
    });
  return change(client, server, options, (reach) => ({
    ...reachTaken(reach, { folders, hosts }),
    ...(options.tokens === undefined ? {} : { samplingTokens: 0 }),
  }));
}

/** Throws `input-usage` where `--write` has no folder. */
function namesSomething({ folder, host, tokens, write }: AllowOptions): boolean {
  if (write === true && folder === undefined)
    throw new AppError('input-usage', '--write is about folders, and none is named.', { hint: 'Name one with --folder.' });
  return folder !== undefined || host !== undefined || tokens !== undefined;
}

/** What its start was refused, once a person has read it: its words are the server's own. */
async function mend(client: HostClient, known: Child, options: AllowOptions, serverOf: ServerOf): Promise<number> {
  const isUnknown = known.failure === undefined && known.state !== 'ready';
  const server = isUnknown ? ofOthers(await client.tools.startServer({ id: known.id })) : known;
  const { failure } = server;
  const mending = mendingCommand(server);
  if (failure === undefined || mending === undefined) {
    if (options.json !== true) showServer(server);
    throw new AppError('input-usage', `It is not known what ${inert(server.title)} should be allowed.`, {
      hint: 'Name it with --folder or --host.',
    });
  }
  if (options.yes === true)
    throw new AppError('input-usage', 'What its start was refused is named by the server itself, so --yes does not give it.', {
      hint: `If it should have it: ${inert(mending)} --yes`,
    });
  const { wantsFolder, wantsToReach, wantsHost } = failure;
  if (options.json !== true) print(inert(failure.message));
  if (wantsHost !== undefined) return changeHosts(client, { ...options, allow: wantsHost, start: server.id }, serverOf);
  return change(client, server, { ...options, start: true }, (reach) =>
    reachGiven(reach, { folders: wantsFolder === undefined ? [] : [wantsFolder], hosts: wantsToReach === undefined ? [] : [wantsToReach] }),
  );
}

/** Shows the difference, asks, saves, and starts it where that does not do so by itself. */
async function change(
  client: HostClient,
  server: Child,
  options: AllowOptions,
  next: (reach: ServerReach) => ServerReach,
): Promise<number> {
  const { config } = server;
  const isRemote = (config.transport ?? 'stdio') !== 'stdio';
  if (isRemote && options.folder !== undefined)
    throw new AppError('input-folder', `“${inert(server.title)}” is reached over HTTP, so it sees no folder of this machine.`, {
      hint: 'A host can be named for its sign-in, with --host.',
    });
  if (!isRemote && config.reach?.sandbox === 'off')
    throw new AppError('input-usage', `“${inert(server.title)}” runs without a sandbox: it may do what you may.`, {
      hint: 'Switch its sandbox on first, on its Permissions tab.',
    });
  const before = config.reach ?? reachNamed(config);
  const after = next(before);
  const lines = differenceOf(config, after);
  if (config.reach !== undefined && lines.length === 0) {
    if (options.json === true) printJson({ server: server.id, before, after, isDone: false });
    else print('That is so already.');
    return exitCodes.ok;
  }
  if (options.json === true && options.yes !== true) {
    printJson({ server: server.id, before, after, isDone: false });
    return exitCodes.ok;
  }
  if (options.json !== true) {
    print(bold(inert(server.title)));
    for (const line of lines) print(line.startsWith('-') ? red(inertLine(line)) : green(inertLine(line)));
  }
  if (!(await confirm(config.enabled ? 'Change that? The server is started anew.' : 'Change that?', options))) {
    say('Nothing was changed.');
    return exitCodes.cancelled;
  }
  const saved = await save(client, server, after, options.start === true);
  if (options.json === true) printJson({ server: server.id, before, after, isDone: true, status: saved });
  else {
    showServer(saved);
    if (saved.state === 'ready' && (await isOwnHost(client)))
      say('It starts. No host runs on this data folder, so it is stopped again now.');
    say('To have it as it was: orrery revisions list --kind server');
  }
  return saved.state === 'failed' ? exitCodes.failed : exitCodes.ok;
}

/** To the settings that were shown and no others. Throws `server-changed`. */
async function save(client: HostClient, { id, config }: Child, reach: ServerReach, start: boolean): Promise<ServerStatus> {
  const saved = await client.tools.updateServer({ config: { ...config, reach }, was: config });
  return start && saved.state === 'stopped' ? client.tools.startServer({ id }) : saved;
}

/** A line for each thing that it gets (+) or loses (-). */
function differenceOf(config: ServerConfig, reach: ServerReach): string[] {
  const words = (each: ServerConfig): string[] => reachLines(each).map(([label, what]) => `${label} ${what}`);
  const before = words(config);
  const after = words({ ...config, reach });
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Each host by itself; of a server at an address too, whose hosts are those of its sign-in. */
function reachLines(config: ServerConfig): [string, string][] {
  const isRemote = (config.transport ?? 'stdio') !== 'stdio';
  const { hosts, samplingTokens } = config.reach ?? reachNamed(config);
  const others = reachWords(config).filter(([label]) => !['may reach', 'may use', 'where'].includes(label));
  const named: string[] = isRemote && config.reach === undefined ? [] : hosts;
  return [
    ...(isRemote ? [] : others),
    ...named.map((host): [string, string] => ['may reach', host === '*' ? 'every public host' : host]),
    ...(samplingTokens === 0 ? [] : [['may use', `up to ${samplingTokens} tokens of your model a day`] as [string, string]]),
  ];
}

/** In full; `path:rw`, as `tools add` takes it, is to be written too. Throws `input-folder`. */
function folderThere(given: string, write: boolean): { path: string; write: boolean } {
  const isFolder = (each: string): boolean => statSync(each, { throwIfNoEntry: false })?.isDirectory() === true;
  const full = path.resolve(given);
  if (isFolder(full)) return { path: full, write };
  if (full.endsWith(':rw') && isFolder(full.slice(0, -3))) return { path: full.slice(0, -3), write: true };
  throw new AppError('input-folder', `There is no folder ${full}.`, { hint: 'Give the path of a folder that exists.' });
}

/** One that it was given, also when it is not there any more. Throws `input-folder`. */
function ownFolder(given: string, had: ServerReach['folders'], server: ServerStatus): string {
  const full = path.resolve(given);
  const own = had.find((each) => each.path === given || each.path === full || path.resolve(each.path) === full);
  if (own !== undefined) return own.path;
  throw new AppError('input-folder', `“${inert(server.title)}” was not given ${full}.`, {
    hint: had.length === 0 ? 'It was given no folder.' : `It was given: ${had.map((each) => each.path).join(', ')}.`,
  });
}

function hostOf(text: string): string {
  const host = text.trim() === '*' ? '*' : hostEntry(text);
  if (host !== null) return host;
  throw new AppError('input-host', `“${text}” is not a host.`, {
    hint: 'Write it without http:// and without a path, such as example.org, *.example.org or example.org:8443.',
  });
}

function tokensOf(text: string): number {
  const tokens = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (tokens <= 10_000_000) return tokens;
  throw new AppError('input-tokens', `“${text}” is not a number of tokens.`, { hint: 'Give a whole number from 0 to 10000000.' });
}
