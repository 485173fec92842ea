// orrery programs: other programs that use Orrery over MCP, as Settings, Programs has them: which there are, a token for one, and shutting
// one out again. A token is printed once; the host keeps its hash alone.

import { type Command, Option } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import type { McpClient } from '../../shared/model/client.ts';
import type { GrantView } from '../../shared/model/policy.ts';
import { type ConfigKind, programConfig } from '../../shared/program-config.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { amber, bold, dim, exitCodes, formatTime, green, inert, print, printJson, printTable, red, say } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
  yes?: boolean;
  config?: ConfigKind;
}
const kinds = ['command', 'vscode', 'address'] as const satisfies readonly ConfigKind[];

export function programsCommand(program: Command): void {
  const programs = program
    .command('programs')
    .description('other programs that use Orrery over MCP: list them, make a token for one, shut one out');
  const command = (name: string, text: string, does: (client: HostClient, name: string, options: Options) => Promise<number>): Command =>
    programs
      .command(name)
      .description(text)
      .argument('<name>', 'the program’s name')
      .option('--json', 'print JSON')
      .option('--data <folder>', 'the data folder')
      .action((which: string, options: Options) => withHost(options, (client) => does(client, which, options)));
  programs
    .command('list', { isDefault: true })
    .description('every program that has a token or came without one')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((options: Options) => withHost(options, (client) => list(client, options)));
  command('show', 'one program, and what it may do without asking', show);
  command('add', 'let a program in by a token, which is printed this once', add)
    .addOption(new Option('--config <kind>', 'print what goes into its configuration in place of the token alone').choices(kinds))
    .addHelpText(
      'after',
      '\nThe token is on stdout, all else on stderr. What the program may do are its grants; everything else asks you.\n\nExamples:\n  orrery programs add "Claude Desktop"\n  orrery programs add "My editor" --config vscode > .vscode/mcp.json',
    );
  command('revoke', 'end a program’s connections, void its token and take its grants back, after a yes', revoke).option(
    '--yes',
    'without asking',
  );
  command('let-in', 'let a program in again that has no token and was revoked', letIn);
}

async function list(client: HostClient, { json }: Options): Promise<number> {
  const [all, grants] = await Promise.all([client.clients.list(), grantsOfPrograms(client)]);
  if (json === true) printJson(all);
  else if (all.length === 0) print('No program has connected. To make a token for one: orrery programs add NAME');
  else
    printTable(
      all.map((each) => [
        bold(inert(each.name)),
        comesWords(each),
        stateWords(each),
        dim(counted(grants.filter((grant) => isOf(grant, each)).length, 'grant')),
      ]),
    );
  return exitCodes.ok;
}

const comesWords = ({ comes }: McpClient): string => (comes === 'token' ? 'has a token' : amber('no token: always asks'));
const stateWords = ({ revokedAt, open, lastSeenAt }: McpClient): string =>
  revokedAt !== undefined
    ? red('revoked')
    : open > 0
      ? green(counted(open, 'connection'))
      : dim(lastSeenAt === undefined ? 'never connected' : `last here ${formatTime(lastSeenAt)}`);

/** With their numbers in `orrery grants`. */
async function grantsOfPrograms(client: HostClient): Promise<(GrantView & { number: number })[]> {
  const all = await client.policy.listGrants({ query: '' });
  return all.map((grant, index) => ({ ...grant, number: index + 1 })).filter(({ state }) => state !== 'revoked');
}
const isOf = ({ subject }: GrantView, { name }: McpClient): boolean => subject.kind === 'client' && subject.client === name;

/** Throws `client-not-found`. */
async function find(client: HostClient, name: string): Promise<McpClient> {
  const all = await client.clients.list();
  const same = (each: McpClient): boolean => each.name.toLowerCase() === name.trim().toLowerCase();
  const found = all.find((each) => each.name === name.trim()) ?? all.find(same);
  if (found !== undefined) return found;
  throw new AppError('client-not-found', `There is no program “${inert(name)}”.`, {
    hint: all.length === 0 ? 'No program has connected yet.' : `There are: ${all.map((each) => inert(each.name)).join(', ')}.`,
  });
}

async function show(client: HostClient, name: string, { json }: Options): Promise<number> {
  const found = await find(client, name);
  const grants = (await grantsOfPrograms(client)).filter((each) => isOf(each, found));
  if (json === true) {
    printJson({ ...found, grants });
    return exitCodes.ok;
  }
  print(`${bold(inert(found.name))}  ${stateWords(found)}`);
  const rows: [string, string | undefined][] = [
    ['comes', found.comes === 'token' ? 'with a token' : 'without a token: it only says its name, and always asks'],
    ['since', formatTime(found.createdAt)],
    ['last here', found.lastSeenAt === undefined ? 'never' : formatTime(found.lastSeenAt)],
    ['started by', found.program],
    ['revoked', found.revokedAt === undefined ? undefined : formatTime(found.revokedAt)],
  ];
  printTable(rows.flatMap(([label, value]) => (value === undefined ? [] : [[dim(label), inert(value)]])));
  if (grants.length === 0) print(dim('Nothing is allowed to it without asking.'));
  for (const each of grants)
    print(`${dim(`grant ${each.number}`)}  ${each.effect === 'deny' ? red('forbids') : 'allows'}  ${inert(each.words.join(', '))}`);
  return exitCodes.ok;
}

async function add(client: HostClient, name: string, options: Options): Promise<number> {
  const info = await client.app.getInfo();
  if (options.config === 'address' && info.host !== 'headless') throw noAddress();
  const { client: made, token, address } = await client.clients.add({ name });
  const configOf = (kind: ConfigKind): string =>
    programConfig(kind, { name: made.name, token, address, command: info.command, dataFolder: info.dataFolder });
  if (options.json === true) {
    printJson({
      client: made,
      token,
      ...(address === undefined ? {} : { address }),
      ...(options.config === undefined ? {} : { config: JSON.parse(configOf(options.config)) }),
    });
    return exitCodes.ok;
  }
  say(`${inert(made.name)} may connect. The token is not shown again; Orrery keeps only its hash.`);
  print(options.config === undefined ? token : configOf(options.config));
  if (options.config === undefined && process.stdout.isTTY === true)
    say(`\nInto its configuration goes, for programs that start a command (see --config for others):\n${configOf('command')}`);
  return exitCodes.ok;
}

const noAddress = (): AppError =>
  new AppError('input-usage', 'The address is there while Orrery runs as a headless host.', {
    hint: 'Start one with `orrery serve`, then say this again; or use --config command.',
  });

async function revoke(client: HostClient, name: string, options: Options): Promise<number> {
  const found = await find(client, name);
  if (found.revokedAt !== undefined) {
    if (options.json === true) printJson(found);
    else print(`${inert(found.name)} is revoked already.`);
    return exitCodes.ok;
  }
  const what =
    found.comes === 'token'
      ? 'Its connections end now, what it began is stopped, its token is void and its grants are revoked.'
      : 'Its connections end now, what it began is stopped and its grants are revoked. It has no token, so it could come under another name.';
  if (!(await confirm(`Revoke “${inert(found.name)}”? ${what}`, options))) {
    say('Nothing was changed.');
    return exitCodes.cancelled;
  }
  await client.clients.revoke({ name: found.name });
  if (options.json === true) printJson(await find(client, found.name));
  else print(`Revoked ${inert(found.name)}. ${found.comes === 'token' ? 'orrery programs add makes it a new token.' : ''}`.trim());
  return exitCodes.ok;
}

async function letIn(client: HostClient, name: string, options: Options): Promise<number> {
  const found = await find(client, name);
  if (found.revokedAt === undefined) {
    if (options.json === true) printJson(found);
    else print(`${inert(found.name)} was not shut out.`);
    return exitCodes.ok;
  }
  await client.clients.letIn({ name: found.name });
  if (options.json === true) printJson(await find(client, found.name));
  else print(`${inert(found.name)} is let in again; it asks for every call.`);
  return exitCodes.ok;
}
