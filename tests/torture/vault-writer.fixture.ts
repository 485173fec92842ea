// Works on a vault until it is killed, and says before and after each piece of work what it is.

import { writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { createKeychain } from '../../electron/adapters/vault/keychain.ts';
import { createVault } from '../../electron/adapters/vault/vault.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { cheapKdf, passphrase, valueFor } from './vault-values.ts';

const [folder = '', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
const opened = openStore({ folder });
const vault = createVault({ rows: opened.vault, keychain: createKeychain(), clock: { now: () => Date.now() }, kdf: cheapKdf });
/** In one piece, and out of this process before the next step. */
const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const keyId = () => opened.vault.getMeta()?.keyId;
let count = Math.floor(random() * 1e9);
const freshName = (): string => `s${Math.floor(random() * 60)}`;

async function put(): Promise<void> {
  count += 1;
  const name = freshName();
  const set: [string, string][] = [[name, valueFor(name, count)]];
  tell({ type: 'begin', set });
  const isThere = vault.list().some((each) => each.name === name);
  if (isThere) await vault.replace(name as SecretName, valueFor(name, count));
  else await vault.set(name as SecretName, valueFor(name, count), 'a note');
  tell({ type: 'done', set, keyId: keyId() });
}

async function rotate(): Promise<void> {
  tell({ type: 'begin-rotate' });
  await vault.keeper.rotate(passphrase);
  tell({ type: 'done', keyId: keyId() });
}

async function importMany(): Promise<void> {
  const names = [...new Set(Array.from({ length: 20 }, freshName))];
  const set = names.map((name): [string, string] => {
    count += 1;
    return [name, valueFor(name, count)];
  });
  // Outside the searched folder: an export is plain text by nature.
  const file = path.join(path.dirname(folder), `import-${process.pid}-${count}.csv`);
  writeFileSync(
    file,
    `name,url,username,password,note\n${set.map(([name, value]) => `${name},https://x.example,ada,${value},`).join('\n')}\n`,
  );
  const preview = await vault.keeper.previewImport(file, undefined);
  tell({ type: 'begin', set });
  await vault.keeper.takeIn({
    id: preview.id,
    take: preview.entries.map(({ index, name }) => ({ index, name, replace: true })),
    removeOthers: false,
    removeFile: true,
  });
  tell({ type: 'done', set, keyId: keyId() });
}

async function backUp(): Promise<void> {
  await vault.keeper.makeBackup(path.join(folder, `b-${process.pid}-${count}.backup`), 'a backup passphrase');
  count += 1;
}

if (opened.vault.getMeta() === undefined) {
  await vault.set('first' as SecretName, valueFor('first', 0), '');
  await vault.setPassphrase(passphrase);
  tell({ type: 'done', set: [['first', valueFor('first', 0)]], keyId: keyId() });
} else await vault.getStatus();
tell({ type: 'ready' });
for (;;) {
  const dice = random();
  if (dice < 0.4) await rotate();
  else if (dice < 0.75) await put();
  else if (dice < 0.92) await importMany();
  else await backUp();
}
