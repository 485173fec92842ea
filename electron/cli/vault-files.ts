// The parts of `orrery vault` that read and write files: recovery key, import, backup, restore.

import path from 'node:path';
import type { Command } from 'commander';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { IncomingPreview } from '../../shared/model/vault.ts';
import type { HostClient } from '../wires/attach.ts';
import { dim, exitCodes, inert, print, printJson, printTable, say } from './output.ts';
import { askHidden, askNew } from './vault-input.ts';
import { type HostOptions, withHost } from './with-host.ts';

type Add = (name: string, description: string) => Command;
type Open = (client: HostClient) => Promise<unknown>;

interface TakeOptions extends HostOptions {
  replace?: boolean;
  onlyThese?: boolean;
  removeFile?: boolean;
  yes?: boolean;
}

export function vaultFiles(add: Add, open: Open): void {
  add('recovery', 'make a recovery key, into a file to print and delete; an older one ends')
    .argument('<file>')
    .action((file: string, options: HostOptions) =>
      withHost(options, async (client) => {
        await open(client);
        await client.vault.makeRecovery({ file: path.resolve(file) });
        print(`Written to ${path.resolve(file)}. Print it, keep it safe, and delete the file.`);
        return exitCodes.ok;
      }),
    );
  add('backup', 'write all secrets into a file, sealed by a passphrase of its own')
    .argument('<file>')
    .action((file: string, options: HostOptions) =>
      withHost(options, async (client) => {
        await open(client);
        const made = await client.vault.makeBackup({ file: path.resolve(file), passphrase: await askNew('Passphrase for the backup') });
        if (options.json === true) printJson(made);
        else print(`${made.entries} secrets are in ${made.file}.`);
        return exitCodes.ok;
      }),
    );
  take(add('import', 'take in an export of a browser, Apple Passwords, 1Password, Bitwarden, KeePass or LastPass'))
    .option('--remove-file', 'overwrite and delete the export afterwards')
    .action((file: string, options: TakeOptions) =>
      withHost(options, async (client) => {
        await open(client);
        return takeIn(client, await previewImport(client, path.resolve(file)), options);
      }),
    );
  take(add('restore', 'take in a backup that `orrery vault backup` wrote'))
    .option('--only-these', 'delete secrets that are not in the backup')
    .action((file: string, options: TakeOptions) =>
      withHost(options, async (client) => {
        await open(client);
        const preview = await client.vault.previewBackup({
          file: path.resolve(file),
          passphrase: await askHidden('Passphrase of the backup'),
        });
        return takeIn(client, preview, { ...options, replace: options.replace === true || options.onlyThese === true });
      }),
    );
}

const take = (command: Command): Command =>
  command
    .argument('<file>')
    .option('--replace', 'take the file’s value where a secret of that name is there')
    .option('--yes', 'do it; otherwise only the preview is shown');

async function previewImport(client: HostClient, file: string): Promise<IncomingPreview> {
  try {
    return await client.vault.previewImport({ file });
  } catch (error) {
    if (toAppError(error).code !== 'password-needed' && (error as { data?: { code?: string } }).data?.code !== 'password-needed')
      throw error;
    return client.vault.previewImport({ file, password: await askHidden('Password of the export') });
  }
}

async function takeIn(client: HostClient, preview: IncomingPreview, options: TakeOptions): Promise<number> {
  const chosen = preview.entries.filter((entry) => entry.conflict === 'none' || (entry.conflict === 'exists' && options.replace === true));
  if (options.yes !== true) {
    if (options.json === true) printJson(preview);
    else {
      printTable(preview.entries.map((entry) => [inert(entry.name), entry.kind, entry.fields.join(', '), dim(words[entry.conflict])]));
      for (const row of preview.skipped) print(dim(`Left out: ${inert(row.title)}: ${row.reason}`));
      say(`${preview.format}: ${chosen.length} of ${preview.entries.length} would be taken. Say --yes to take them.`);
    }
    await client.vault.forgetPreview({ id: preview.id });
    return exitCodes.ok;
  }
  if (chosen.length === 0 && options.onlyThese !== true)
    throw new AppError('import-nothing', 'There is nothing in the file that is not here already.', {
      hint: 'Say --replace to take the file’s values.',
    });
  // Entries that are the same stay, also where others go.
  const same = options.onlyThese === true ? preview.entries.filter((entry) => entry.conflict === 'same') : [];
  const result = await client.vault.takeIn({
    id: preview.id,
    take: [...chosen, ...same].map(({ index, name }) => ({ index, name, replace: true })),
    removeOthers: options.onlyThese === true,
    removeFile: options.removeFile === true,
  });
  if (options.json === true) printJson(result);
  else
    print(
      `${result.added} added, ${result.replaced} replaced, ${result.removed} deleted.${result.fileRemoved ? ' The file is gone.' : ''}`,
    );
  return exitCodes.ok;
}

const words: Record<IncomingPreview['entries'][number]['conflict'], string> = {
  none: 'new',
  exists: 'another value is here',
  same: 'here already',
};
