// orrery offline: the switch of the status bar. Online again only after a yes.

import type { Command } from 'commander';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { exitCodes, print, printJson, say } from './output.ts';
import { withHost } from './with-host.ts';

interface OfflineOptions {
  json?: boolean;
  data?: string;
  yes?: boolean;
}

export function offlineCommand(program: Command): void {
  const offline = program
    .command('offline')
    .description('whether Orrery and its tool servers may reach the network; cuts them off, or lets them again');
  const add = (name: string, about: string, isDefault = false): Command =>
    offline.command(name, { isDefault }).description(about).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  add('status', 'whether it is offline', true).action((options: OfflineOptions) =>
    withHost(options, async (client) => tell((await client.settings.get()).offline, options)),
  );
  add('on', 'nothing leaves this machine, and what is open ends').action((options: OfflineOptions) =>
    withHost(options, (client) => turn(client, true, options)),
  );
  add('off', 'Orrery and its tool servers may reach the network again')
    .option('--yes', 'without asking')
    .action((options: OfflineOptions) => withHost(options, (client) => turn(client, false, options)));
}

/** Gives the exit code. Throws `input-confirm`. */
async function turn(client: Pick<HostClient, 'settings'>, offline: boolean, options: OfflineOptions): Promise<number> {
  const now = await client.settings.get();
  if (now.offline === offline) return tell(offline, options);
  if (!offline && !(await confirm('May Orrery and its tool servers reach the network again?', options))) {
    say('Nothing was changed.');
    return exitCodes.cancelled;
  }
  return tell((await client.settings.change({ offline })).offline, options);
}

function tell(offline: boolean, { json }: OfflineOptions): number {
  if (json === true) printJson({ offline });
  else if (offline) print('Orrery is offline: nothing leaves this machine. To go online again: orrery offline off');
  else print('Orrery is online: it and its tool servers may reach the hosts they were given. To go offline: orrery offline on');
  return exitCodes.ok;
}
