// The parts of `orrery vault` that open, lock and protect it. What is unlocked here lasts as long as its host: of one that was built for the
// command alone that is said.

import type { Command } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import type { VaultStatus } from '../../shared/model/vault.ts';
import type { HostClient } from '../wires/attach.ts';
import { dim, exitCodes, print, printJson, say } from './output.ts';
import { askHidden, askNew } from './vault-input.ts';
import { type HostOptions, withHost } from './with-host.ts';

const isUsable = ({ state }: VaultStatus): boolean => state === 'open' || state === 'empty';

/**
 * Asks for the passphrase where it opens what nothing else did: a locked vault, and one whose keychain is not to be reached. A host that
 * ends with the command would otherwise never have it open.
 */
export async function opened(client: HostClient): Promise<VaultStatus> {
  const now = await client.vault.getStatus();
  if (isUsable(now) || now.ways?.passphrase !== true) return now;
  return client.vault.unlock({ passphrase: await askHidden('Passphrase of the vault') });
}

export async function vaultStatus(client: HostClient, { json }: HostOptions): Promise<number> {
  const now = await client.vault.getStatus();
  if (json === true) printJson(now);
  else {
    print(`${now.state}: ${now.message}${now.hint === undefined || now.state === 'open' ? '' : ` ${now.hint}`}`);
    const ways = [
      now.ways?.keychain && 'keychain',
      now.ways?.passphrase && 'passphrase',
      now.ways?.recoveryMadeAt !== undefined && 'recovery key',
    ];
    print(dim(`${counted(now.entryCount, 'secret')}. Opened by: ${ways.filter(Boolean).join(', ') || 'nothing yet'}.`));
  }
  return exitCodes.ok;
}

interface UnlockOptions extends HostOptions {
  recovery?: boolean;
}
interface PassphraseOptions extends UnlockOptions {
  remove?: boolean;
}

export function waysIn(add: (name: string, description: string) => Command): void {
  add('unlock', 'open the vault of the host that runs')
    .option('--recovery', 'with the recovery key')
    .action((options: UnlockOptions) => withHost(options, (client) => unlock(client, options)));
  add('lock', 'lock the vault of the host that runs').action((options: HostOptions) =>
    withHost(options, async (client) => {
      await client.vault.lock();
      return vaultStatus(client, options);
    }),
  );
  add('passphrase', 'set, change or remove the passphrase')
    .option('--recovery', 'it is forgotten: give the recovery key and a new one')
    .option('--remove', 'the keychain alone opens it then')
    .action((options: PassphraseOptions) => withHost(options, (client) => passphrase(client, options)));
  add('rotate', 'seal everything with a new key').action((options: HostOptions) =>
    withHost(options, async (client) => {
      const now = await client.vault.getStatus();
      const given = now.ways?.passphrase === true ? await askHidden('Passphrase of the vault') : undefined;
      if (given !== undefined && !isUsable(now)) await client.vault.unlock({ passphrase: given });
      await client.vault.rotate(given === undefined ? {} : { passphrase: given });
      if (now.ways?.recoveryMadeAt !== undefined)
        say('The recovery key from before is worthless now. Make a new one: orrery vault recovery FILE');
      return vaultStatus(client, options);
    }),
  );
}

async function unlock(client: HostClient, options: UnlockOptions): Promise<number> {
  const before = await client.vault.getStatus();
  if (options.recovery === true) await client.vault.unlock({ recoveryKey: await askHidden('Recovery key') });
  else {
    if (before.ways?.keychain !== false) await client.vault.unlock({});
    await opened(client);
  }
  const now = await client.vault.getStatus();
  await vaultStatus(client, options);
  if (isUsable(now) && !isUsable(before) && (await isOwnHost(client)))
    say(`No host runs on this data folder, so the vault is locked again now.${options.recovery === true ? afterRecovery : ''}`);
  else if (options.recovery === true) say('Set a new passphrase with: orrery vault passphrase');
  return isUsable(now) ? exitCodes.ok : exitCodes.failed;
}

const afterRecovery = ' To set a new passphrase with the recovery key: orrery vault passphrase --recovery';
const isOwnHost = async (client: HostClient): Promise<boolean> => (await client.app.getInfo()).host === 'cli';

async function passphrase(client: HostClient, options: PassphraseOptions): Promise<number> {
  if (options.recovery === true && options.remove === true)
    throw new AppError('input-usage', '--recovery and --remove do not go together.', { hint: 'Say one of them.' });
  if (options.recovery === true) await client.vault.unlock({ recoveryKey: await askHidden('Recovery key') });
  const now = await client.vault.getStatus();
  if (options.remove === true) {
    await opened(client);
    await client.vault.removePassphrase();
  } else if (now.ways?.passphrase === true && now.openedBy !== 'recovery')
    await client.vault.changePassphrase({ old: await askHidden('Passphrase now'), passphrase: await askNew('New passphrase') });
  else await client.vault.setPassphrase({ passphrase: await askNew('New passphrase') });
  return vaultStatus(client, options);
}
