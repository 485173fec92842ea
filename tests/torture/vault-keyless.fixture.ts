// One round without the vault's key, in a D-Bus session with a real gnome-keyring: locked, missing or wrong. Each is told apart, nothing
// is stored, no key is made; afterwards it is put right again, and a last process sees that the vault opens.

import { execFileSync } from 'node:child_process';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { keychainAccount } from '../../electron/adapters/vault/key-ways.ts';
import { createKeychain } from '../../electron/adapters/vault/keychain.ts';
import { createVault } from '../../electron/adapters/vault/vault.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { cheapKdf } from './vault-values.ts';

const [data = '', kindText = '0'] = process.argv.slice(2);
const kind = Number(kindText);
const wanted = (['locked', 'missing', 'wrong'] as const)[kind % 3] ?? 'locked';
const counters = { keychainStates: 0, wrongAccepted: 0, newKeyMade: 0, unopenable: 0 };
const secrets = ['call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets', '--method'];
const opened = openStore({ folder: data });
const chain = createKeychain();
const fresh = () => createVault({ rows: opened.vault, keychain: chain, clock: { now: () => Date.now() }, kdf: cheapKdf });

async function end(): Promise<never> {
  await opened.close();
  console.log(JSON.stringify(counters));
  process.exit(0);
}

if (kindText === 'look') {
  if ((await fresh().getStatus()).state !== 'open') counters.unopenable += 1;
  await end();
}
const meta = opened.vault.getMeta();
const account = meta === undefined ? '' : (keychainAccount(meta) ?? '');
const kept = await chain.read(account);
if (kept.state !== 'found') throw new Error(`the keychain says ${kept.state}`);
if (wanted === 'locked')
  execFileSync('gdbus', [...secrets, 'org.freedesktop.Secret.Service.Lock', '[objectpath "/org/freedesktop/secrets/collection/login"]']);
else if (wanted === 'missing') await chain.remove(account);
else await chain.write(account, JSON.stringify({ id: JSON.parse(kept.value).id, key: Buffer.alloc(32, kind).toString('base64') }));

const vault = fresh();
const { state } = await vault.getStatus();
if (state !== wanted) {
  counters.wrongAccepted += 1;
  console.error(`The keychain is ${wanted}, the vault says ${state}`);
}
const before = JSON.stringify([opened.vault.getMeta(), opened.vault.count()]);
const took = await vault.set('newcomer' as SecretName, 'plain-canary-newcomer', '').then(
  () => true,
  () => false,
);
if (took || JSON.stringify([opened.vault.getMeta(), opened.vault.count()]) !== before) counters.newKeyMade += 1;
counters.keychainStates += 1;

if (wanted === 'locked')
  execFileSync('sh', ['-c', 'printf test-password | gnome-keyring-daemon --replace --unlock --components=secrets >/dev/null 2>&1']);
else await chain.write(account, kept.value);
await opened.close();
const seen = execFileSync(process.execPath, [import.meta.filename, data, 'look'], { encoding: 'utf8' });
counters.unopenable += (JSON.parse(seen.trim().split('\n').at(-1) ?? '{}') as { unopenable?: number }).unopenable ?? 1;
console.log(JSON.stringify(counters));
process.exit(0);
