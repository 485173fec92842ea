// orrery tools hosts: the hosts that a person allows, which are also those that packages of tool servers may come from beside their
// registry. Allows one after a yes, and starts the server that waits for it.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { hostEntry } from '../../shared/host-name.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { terminalHint } from './hints.ts';
import { dim, exitCodes, inert, print, printJson, say } from './output.ts';
import { withHost } from './with-host.ts';

interface HostsOptions {
  json?: boolean;
  data?: string;
  yes?: boolean;
  allow?: string;
  remove?: string;
  start?: string;
}

type ServerOf = (client: HostClient, id: string) => Promise<ServerStatus>;

export function hostsCommand(command: (name: string, text: string) => Command, serverOf: ServerOf): void {
  command('hosts', 'the hosts that you allow, which packages of tool servers may come from too')
    .option('--allow <host>', 'allow one, after a yes: example.org, *.example.org or example.org:8443')
    .option('--remove <host>', 'allow it no longer')
    .option('--start <id>', 'start this server afterwards')
    .option('--yes', 'without asking')
    .action((options: HostsOptions) => withHost(options, (client) => changeHosts(client, options, serverOf)));
}

/** Shows them, after the changes that the options ask for. */
export async function changeHosts(client: HostClient, options: HostsOptions, serverOf: ServerOf): Promise<number> {
  // A wrong name of a server is said before anything is changed.
  const server = options.start === undefined ? undefined : await serverOf(client, options.start);
  let { allowedHosts } = await client.settings.get();
  if (options.remove !== undefined) {
    const gone = entry(options.remove);
    if (!allowedHosts.includes(gone))
      throw new AppError('input-host', `${gone} is not in the list.`, { hint: 'See the list with: orrery tools hosts' });
    ({ allowedHosts } = await client.settings.change({ allowedHosts: allowedHosts.filter((each) => each !== gone) }));
  }
  if (options.allow !== undefined) {
    const host = entry(options.allow);
    if (!allowedHosts.includes(host)) {
      if (!(await confirm(`Allow ${host}? Packages of tool servers may come from there, and the web tools may ask it.`, options))) {
        say('Nothing was changed.');
        return exitCodes.cancelled;
      }
      ({ allowedHosts } = await client.settings.change({ allowedHosts: [...allowedHosts, host] }));
    }
  }
  let started = server === undefined ? undefined : await client.tools.startServer({ id: server.id });
  // It was being started when the host was not allowed yet.
  const wanted = started?.failure?.wantsHost;
  if (started !== undefined && wanted !== undefined && allowedHosts.includes(wanted))
    started = await client.tools.startServer({ id: started.id });
  if (options.json === true) printJson({ allowedHosts, ...(started === undefined ? {} : { server: started }) });
  else {
    const named = allowedHosts.filter((each) => each !== '*');
    for (const each of named) print(inert(each));
    if (allowedHosts.includes('*'))
      print(dim('Agents and workflows may ask every public host; packages come from their registry and the hosts named here.'));
    else if (named.length === 0) print('No host is allowed.');
    if (started !== undefined)
      print(
        started.failure === undefined
          ? `${inert(started.title)} is ${started.state}.`
          : `${inert(started.failure.message)} ${inert(terminalHint(started.failure) ?? '')}`,
      );
  }
  return started?.state === 'failed' ? exitCodes.failed : exitCodes.ok;
}

function entry(text: string): string {
  const host = hostEntry(text);
  if (host !== null) return host;
  throw new AppError('input-host', `“${text}” is not a host.`, {
    hint: 'Write it without http:// and without a path, such as example.org or example.org:8443.',
  });
}
