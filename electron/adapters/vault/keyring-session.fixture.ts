// Runs inside a D-Bus session with a real gnome-keyring (see keyring.test.ts): walks the vault through the keychain's states
// and prints what it saw as one JSON line. Two phases, because the daemon is replaced in between to unlock it without a
// dialog; the vault's rows travel in a file.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SecretName } from '../../../shared/model/ids.ts';
import { keychainAccount } from './key-ways.ts';
import { createKeychain } from './keychain.ts';
import { memoryRows } from './memory-rows.fixture.ts';
import { createVault } from './vault.ts';

const keytar = createRequire(import.meta.url)('keytar') as typeof import('keytar');
const [phase = 'first', stateFile = ''] = process.argv.slice(2);
const rows = memoryRows();
if (existsSync(stateFile)) {
  const state = JSON.parse(readFileSync(stateFile, 'utf8'));
  rows.setMeta(state.meta);
  for (const row of state.rows) rows.insert(row);
}
const vault = () => createVault({ rows, keychain: createKeychain(), clock: { now: () => Date.now() } });
const secrets = ['call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets', '--method'];
const accountNow = (): string => {
  const meta = rows.getMeta();
  return (meta === undefined ? undefined : keychainAccount(meta)) ?? '';
};
const seen: Record<string, unknown> = {};

async function first(): Promise<void> {
  seen.before = (await vault().getStatus()).state;
  await vault().set('api' as SecretName, 'kept-by-the-keyring', '');
  seen.open = (await vault().getStatus()).state;
  seen.revealed = await vault().reveal('api' as SecretName);
  const account = accountNow();
  const kept = (await keytar.getPassword('Orrery', account)) ?? '';
  seen.inKeychain = kept !== '' && !kept.includes('kept-by-the-keyring');
  execFileSync('gdbus', [...secrets, 'org.freedesktop.Secret.Service.Lock', '[objectpath "/org/freedesktop/secrets/collection/login"]']);
  seen.nullWhileLocked = await keytar.getPassword('Orrery', account).catch(() => 'error');
  seen.locked = (await vault().getStatus()).state;
  seen.setWhileLocked = await vault()
    .set('two' as SecretName, 'value-two', '')
    .then(
      () => 'stored',
      (error: { code: string }) => error.code,
    );
  writeFileSync(stateFile, JSON.stringify({ meta: rows.getMeta(), rows: rows.list() }));
}

async function second(): Promise<void> {
  const account = accountNow();
  const kept = (await keytar.getPassword('Orrery', account)) ?? '';
  seen.unlocked = (await vault().getStatus()).state;
  await keytar.deletePassword('Orrery', account);
  seen.missing = (await vault().getStatus()).state;
  await keytar.setPassword('Orrery', account, JSON.stringify({ id: JSON.parse(kept).id, key: Buffer.alloc(32, 1).toString('base64') }));
  seen.wrong = (await vault().getStatus()).state;
  await keytar.setPassword('Orrery', account, kept);
  seen.restored = await vault().reveal('api' as SecretName);
  const open = vault();
  await open.keeper.rotate(undefined);
  seen.rotated = await vault().reveal('api' as SecretName);
  seen.oldKeyGone = await keytar.getPassword('Orrery', account);
}

await (phase === 'first' ? first() : second());
console.log(JSON.stringify(seen));
process.exit(0);
