// orrery vault: the vault from the command line. Values are typed unseen or piped in; none is ever printed. A copied one goes into the
// clipboard for half a minute.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import { type SecretName, secretName } from '../../shared/model/ids.ts';
import { noFacts, type SecretKind, secretField, secretKind } from '../../shared/model/vault.ts';
import type { HostClient } from '../wires/attach.ts';
import { dim, exitCodes, formatTime, inert, print, printJson, printTable, say } from './output.ts';
import { readGiven } from './read-given.ts';
import { systemClipboard } from './vault-clipboard.ts';
import { vaultFiles } from './vault-files.ts';
import { askHidden, readAll } from './vault-input.ts';
import { opened, vaultStatus, waysIn } from './vault-ways.ts';
import { type HostOptions, withHost } from './with-host.ts';

export function vaultCommand(program: Command): void {
  const vault = program.command('vault').description('secrets: store, copy, lock, import, back up');
  const add = (name: string, description: string): Command =>
    vault
      .command(name, { isDefault: name === 'status' })
      .description(description)
      .option('--json', 'print JSON')
      .option('--data <folder>', 'the data folder');
  add('status', 'how the vault is protected, and whether it is open').action((options: HostOptions) =>
    withHost(options, (client) => vaultStatus(client, options)),
  );
  add('list', 'the secrets there are; never their values').action((options: HostOptions) =>
    withHost(options, (client) => list(client, options)),
  );
  add('uses', 'who used a secret, newest first')
    .argument('[name]')
    .action((name: string | undefined, options: HostOptions) => withHost(options, (client) => uses(client, name, options)));
  addSecret(add('add', 'store a secret; its value is typed unseen, or piped in'));
  add('remove', 'delete a secret')
    .argument('<name>')
    .option('--for-good', 'also what History keeps of it, sealed: it cannot be undone then')
    .action((name: string, options: HostOptions & { forGood?: boolean }) =>
      withHost(options, async (client) => {
        const forGood = options.forGood === true;
        const { heldBy = [] } = (await client.vault.list()).find((each) => each.name === name) ?? {};
        if (heldBy.length > 0)
          say(
            `Stops ${counted(heldBy.length, 'tool server')} that ${heldBy.length === 1 ? 'was' : 'were'} given it: ${inert(heldBy.join(', '))}`,
          );
        await client.vault.remove({ name: nameOf(name), forGood });
        print(forGood ? `Deleted ${inert(name)} for good.` : `Deleted ${inert(name)}. To undo that: orrery undo list --all`);
        return exitCodes.ok;
      }),
    );
  add('copy', 'a value into the clipboard, for 30 seconds')
    .argument('<name>')
    .argument('[field]', 'username, password, totp, …')
    .action((name: string, field: string | undefined, options: HostOptions) => copy(name, field, options));
  waysIn(add);
  vaultFiles(add, opened);
}

const nameOf = (text: string): SecretName => {
  const parsed = secretName.safeParse(text);
  if (!parsed.success)
    throw new AppError('input-name', `“${text}” is no name of a secret.`, { hint: 'Letters, digits, dots, dashes, underscores.' });
  return parsed.data;
};

async function list(client: HostClient, { json }: HostOptions): Promise<number> {
  const all = await client.vault.list();
  if (json === true) printJson(all);
  else if (all.length === 0) print('No secrets yet. Store one with: orrery vault add NAME');
  else
    printTable(
      all.map(({ name, kind, lastUsedAt, note, facts }) => [
        inert(name),
        kind ?? 'token',
        lastUsedAt === undefined ? dim('not used') : formatTime(lastUsedAt),
        facts?.expiresAt === undefined ? '' : `until ${new Date(facts.expiresAt).toISOString().slice(0, 10)}`,
        dim(inert(note)),
      ]),
    );
  return exitCodes.ok;
}

async function uses(client: HostClient, name: string | undefined, { json }: HostOptions): Promise<number> {
  const all = await client.vault.listUses({ limit: 200, ...(name === undefined ? {} : { name: nameOf(name) }) });
  if (json === true) printJson(all);
  else if (all.length === 0) print('Not used yet.');
  else printTable(all.map((use) => [formatTime(use.at), inert(use.name), use.field, use.outcome, inert(use.by), `→ ${inert(use.to)}`]));
  return exitCodes.ok;
}

interface AddOptions extends HostOptions {
  kind: string;
  note: string;
  username?: string;
  address?: string;
  totp?: boolean;
  fromFile?: string;
  generate?: string | true;
  replace?: boolean;
}

function addSecret(command: Command): void {
  command
    .argument('<name>')
    .option('--kind <kind>', 'token, login, key-file or note', 'token')
    .option('--note <text>', 'what it is for; not secret', '')
    .option('--username <name>', 'of a login')
    .option('--address <url>', 'of a login')
    .option('--totp', 'asks for the seed of one-time codes too')
    .option('--from-file <file>', 'the content of a key file or a note')
    .option('--generate [length]', 'make the value, of so many characters')
    .option('--replace', 'give an existing secret a new value')
    .action((name: string, options: AddOptions) =>
      withHost(options, async (client) => {
        const kind = secretKind.safeParse(options.kind);
        if (!kind.success)
          throw new AppError('input-kind', `There is no kind “${options.kind}”.`, { hint: 'token, login, key-file or note.' });
        await opened(client);
        const given = { name: nameOf(name), ...(await valuesFor(kind.data, options)) };
        const facts = {
          ...noFacts,
          ...(options.address === undefined ? {} : { address: options.address }),
          ...(options.fromFile === undefined || kind.data !== 'key-file' ? {} : { fileName: path.basename(options.fromFile) }),
        };
        const made =
          options.replace === true
            ? await client.vault.change(given)
            : await client.vault.create({ ...given, kind: kind.data, note: options.note, facts });
        if (options.json === true) printJson(made);
        else print(`${options.replace === true ? 'Replaced' : 'Stored'} ${inert(made.name)}. Use it as \${secret:${inert(made.name)}}.`);
        return exitCodes.ok;
      }),
    );
}

const kept = {
  what: 'a key file or a text',
  most: 262_144,
  ifLarger: 'The vault keeps keys and short notes: keep the file itself elsewhere, and the passphrase that opens it here.',
};

async function valuesFor(kind: SecretKind, options: AddOptions) {
  if (options.generate !== undefined && (kind === 'token' || kind === 'login')) {
    const length = options.generate === true ? 24 : Number(options.generate);
    if (!Number.isInteger(length) || length < 8 || length > 256)
      throw new AppError('input-length', 'The length must be a whole number from 8 to 256.', { hint: 'For example: --generate 32' });
    const all = { kind: 'characters' as const, length, lower: true, upper: true, digits: true, signs: true, clear: false };
    const values = options.username === undefined ? {} : { username: options.username };
    return { values, generate: { field: kind === 'token' ? ('value' as const) : ('password' as const), options: all } };
  }
  if (kind === 'key-file' || kind === 'note') {
    const text = options.fromFile === undefined ? await readAll() : readGiven(options.fromFile, kept);
    return { values: kind === 'note' ? { text } : { content: text } };
  }
  if (kind === 'token') return { values: { value: await askHidden('Value') } };
  const password = await askHidden('Password');
  const totp = options.totp === true ? { totp: await askHidden('Seed of the one-time codes') } : {};
  return { values: { password, ...totp, ...(options.username === undefined ? {} : { username: options.username }) } };
}

function copy(name: string, wanted: string | undefined, options: HostOptions): Promise<void> {
  const clipboard = systemClipboard();
  return withHost(
    options,
    async (client) => {
      const field = secretField.optional().safeParse(wanted);
      if (!field.success) throw new AppError('input-field', `There is no field “${wanted}”.`, { hint: secretField.options.join(', ') });
      await opened(client);
      const { clearsAfterMs } = await client.vault.copy({ name: nameOf(name), ...(field.data === undefined ? {} : { field: field.data }) });
      say(`Copied. It is taken out of the clipboard after ${clearsAfterMs / 1000} seconds.`);
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      // The desktop app clears its own; here this process has to stay for it.
      await sleep(clearsAfterMs, undefined, { signal: stop.signal }).catch(() => undefined);
      await clipboard.clear();
      return exitCodes.ok;
    },
    { clipboard },
  );
}
