// orrery tools node, orrery tools update: what Orrery fetched for tool servers, a Node and their packages. Nothing is fetched before a yes.

import type { Command } from 'commander';
import { AppError, fromShape } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/model/managed-node.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { dim, exitCodes, inert, print, printJson, say } from './output.ts';
import { withHost } from './with-host.ts';

interface NodeOptions {
  json?: boolean;
  data?: string;
  yes?: boolean;
  fetch?: boolean;
  remove?: string;
}

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1e6))} MB`;

export function keptCommands(
  command: (name: string, text: string) => Command,
  serverOf: (client: HostClient, id: string) => Promise<ServerStatus>,
): void {
  command('node', 'the Node that tool servers are run by, and the one that Orrery can fetch for them')
    .option('--fetch', 'fetch it, after a yes')
    .option('--remove <version>', 'remove one that was fetched')
    .option('--yes', 'without asking')
    .action((options: NodeOptions) => withHost(options, (client) => node(client, options)));
  command('update', 'fetch the newest version of the package that a tool server starts from, after a yes')
    .argument('<id>')
    .option('--yes', 'without asking')
    .action((id: string, options: NodeOptions) => withHost(options, async (client) => update(client, await serverOf(client, id), options)));
}

async function node(client: HostClient, options: NodeOptions): Promise<number> {
  if (options.remove !== undefined) {
    if (!(await confirm(`Remove Node ${options.remove}? Tool servers that need it will not start.`, options))) {
      say('It stays.');
      return exitCodes.cancelled;
    }
    await client.servers.removeNode({ version: options.remove });
  }
  const now = await first(client);
  if (options.fetch === true) return fetchIt(client, now, options);
  if (options.json === true) printJson(now);
  else show(now);
  return exitCodes.ok;
}

async function first(client: HostClient): Promise<ManagedNode> {
  const leave = new AbortController();
  try {
    for await (const now of await client.servers.watchNode(undefined, { signal: leave.signal })) return now;
  } finally {
    leave.abort();
  }
  throw new AppError('host-gone', 'The host ended before it answered.', { hint: 'Try again.' });
}

function show({ used, kept, offer, failure }: ManagedNode): void {
  print(used === undefined ? 'There is no Node on this machine.' : `Node ${used.version} is used: ${inert(used.path)} ${dim(used.by)}`);
  for (const each of kept) print(`Node ${each.version} with npm ${each.npm} was fetched, ${megabytes(each.bytes)}: ${inert(each.folder)}`);
  if (failure !== undefined) print(`The last fetch ended: ${inert(failure.message)}`);
  if (offer === undefined) print('There is no build that Orrery can fetch for this machine.');
  else if (!kept.some((each) => each.version === offer.version))
    print(`Node ${offer.version} can be fetched (${megabytes(offer.bytes)} from ${offer.host}): ${dim('orrery tools node --fetch')}`);
}

async function fetchIt(client: HostClient, now: ManagedNode, options: NodeOptions): Promise<number> {
  const { offer } = now;
  if (offer === undefined)
    throw new AppError('node-not-offered', 'There is no build of Node that Orrery can fetch for this machine.', {
      hint: 'Install Node.js with your system’s package manager.',
    });
  if (now.kept.some((each) => each.version === offer.version)) {
    if (options.json === true) printJson(now);
    else print(`Node ${offer.version} is here already.`);
    return exitCodes.ok;
  }
  const question = `Fetch Node ${offer.version} with npm ${offer.npm}, ${megabytes(offer.bytes)} from ${offer.host}, for tool servers?`;
  if (!(await confirm(question, options))) {
    say('Nothing was fetched.');
    return exitCodes.cancelled;
  }
  const ended = await follow(client, offer.version);
  if (ended.failure !== undefined) throw fromShape(ended.failure);
  if (!ended.kept.some((each) => each.version === offer.version)) {
    say('It was stopped; nothing was kept.');
    return exitCodes.cancelled;
  }
  if (options.json === true) printJson(ended);
  else print(`Node ${offer.version} is here.`);
  return exitCodes.ok;
}

/** To its end, with a line for each tenth. Ctrl-C ends the fetch. */
async function follow(client: HostClient, version: string): Promise<ManagedNode> {
  const stop = (): void => void client.servers.stopNode().catch(() => process.exit(exitCodes.cancelled));
  process.once('SIGINT', stop);
  const leave = new AbortController();
  try {
    const stream = await client.servers.watchNode(undefined, { signal: leave.signal });
    await client.servers.fetchNode({ version });
    let told = -1;
    let hasBegun = false;
    for await (const now of stream) {
      const { fetching } = now;
      if (fetching === undefined) {
        // The first one may tell of the time before.
        if (hasBegun || now.failure !== undefined || now.kept.some((each) => each.version === version)) return now;
        continue;
      }
      hasBegun = true;
      const tenth = Math.floor((fetching.done / Math.max(1, fetching.total)) * 10);
      if (tenth !== told) say(`${fetching.step === 'fetch' ? 'Fetching' : 'Unpacking'} … ${tenth * 10} %`);
      told = tenth;
    }
    return first(client);
  } finally {
    leave.abort();
    process.removeListener('SIGINT', stop);
  }
}

async function update(client: HostClient, server: ServerStatus, options: NodeOptions): Promise<number> {
  const found = await client.servers.checkPackage({ id: server.id });
  const isNewest = found.after === undefined && found.canTell;
  if (options.json === true && (isNewest || options.yes !== true)) {
    printJson(found);
    return exitCodes.ok;
  }
  if (isNewest) {
    print(`${found.name} ${found.before} is the newest there is.`);
    return exitCodes.ok;
  }
  print(`${found.name} ${found.before} → ${found.after ?? 'the newest there is'}`);
  if (!(await confirm('Update it? Tools whose definitions change ask again.', options))) {
    say('Nothing was updated.');
    return exitCodes.cancelled;
  }
  const done = await client.servers.updatePackage({ id: server.id });
  if (options.json === true) printJson(done);
  else print(`Updated: ${done.before} → ${done.after}.`);
  return exitCodes.ok;
}
