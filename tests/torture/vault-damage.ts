// Rows and backups that somebody changed: single bits, swapped envelopes, swapped whole rows, older versions put back. Nothing but what
// was stored may ever come out, under the rules it was stored with.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { memoryRows } from '../../electron/adapters/vault/memory-rows.fixture.ts';
import { createVault } from '../../electron/adapters/vault/vault.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { noFacts } from '../../shared/model/vault.ts';
import { cheapKdf, valueFor } from './vault-values.ts';

interface Options {
  times: number;
  random(): number;
  counters: { damaged: number; wrongAccepted: number; unopenable: number };
  say(line: string): void;
}

const names = Array.from({ length: 8 }, (_, n) => `d${n}` as SecretName);

async function specimen() {
  const rows = memoryRows();
  const items = new Map<string, string>();
  const keychain = {
    read: async (account: string) => {
      const value = items.get(account);
      return value === undefined ? { state: 'missing' as const } : { state: 'found' as const, value };
    },
    write: async (account: string, value: string) => void items.set(account, value),
    remove: async (account: string) => void items.delete(account),
    unlock: async () => undefined,
  };
  const make = () => createVault({ rows, keychain, clock: { now: () => Date.now() }, kdf: cheapKdf });
  const vault = make();
  for (const name of names)
    await vault.keeper.create({
      name,
      kind: 'token',
      values: { value: valueFor(name, 1) },
      note: 'note',
      facts: { ...noFacts, hosts: [`${name}.example`] },
    });
  return { rows, make };
}

const flip = (text: string, random: () => number): string => {
  const bytes = Buffer.from(text, 'latin1');
  const at = Math.floor(random() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return bytes.toString('latin1');
};

export async function damageRows({ times, random, counters, say }: Options): Promise<void> {
  const { rows, make } = await specimen();
  const whole = new Map(rows.all);
  const meta = rows.getMeta();
  for (let i = 0; i < times; i += 1) {
    rows.all.clear();
    for (const [name, row] of whole) rows.all.set(name, row);
    const [name, other] = [names[i % names.length], names[(i + 1 + Math.floor(random() * 6)) % names.length]] as [SecretName, SecretName];
    const [row, theirs] = [whole.get(name), whole.get(other)];
    if (row === undefined || theirs === undefined) throw new Error('no specimen');
    const ways = [
      { ...row, envelope: flip(row.envelope, random) },
      { ...row, facts: flip(row.facts, random) },
      { ...row, note: flip(row.note, random) },
      { ...row, envelope: theirs.envelope },
      { ...theirs, name },
      { ...row, version: row.version + 1 },
      { ...row, facts: theirs.facts },
      { ...row, facts: '' },
      { ...row, kind: 'note' as const },
    ];
    const changed = ways[i % ways.length] ?? row;
    rows.all.set(name, changed);
    if (i % 10 === 9 && meta !== undefined) rows.setMetaForce({ ...meta, keyCheck: flip(meta.keyCheck, random) });
    await judge(make(), name, { changed, row }, counters, say);
    if (meta !== undefined) rows.setMetaForce(meta);
    counters.damaged += 1;
  }
}

async function judge(
  vault: ReturnType<typeof createVault>,
  name: SecretName,
  { changed, row }: { changed: object; row: object },
  counters: Options['counters'],
  say: Options['say'],
): Promise<void> {
  for (const host of [`${name}.example`, 'evil.example', ...names.map((each) => `${each}.example`)]) {
    const use = { host, receiver: { kind: 'host' as const, id: host, title: host } };
    const value = await vault.reveal(name, use).catch(() => undefined);
    if (value === undefined) continue;
    // A flip may leave a row as it means: base64 and JSON have spellings of one thing. Its value and host are what count.
    if (value === valueFor(name, 1) && host === `${name}.example`) continue;
    counters.wrongAccepted += 1;
    say(`Accepted for ${host}: ${JSON.stringify(changed)} instead of ${JSON.stringify(row)}`);
  }
}

export async function damageBackups({ times, folder, random, counters, say }: Options & { folder: string }): Promise<void> {
  const { make } = await specimen();
  const vault = make();
  const file = path.join(folder, 'specimen.backup');
  await vault.keeper.makeBackup(file, 'a backup passphrase');
  const bytes = readFileSync(file);
  for (let i = 0; i < times; i += 1) {
    const changed = Buffer.from(bytes);
    const at = Math.floor(random() * changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    const cut = i % 7 === 6 ? changed.subarray(0, at) : changed;
    const damaged = path.join(folder, 'damaged.backup');
    writeFileSync(damaged, cut);
    const preview = await vault.keeper.previewBackup(damaged, 'a backup passphrase').catch(() => undefined);
    // Only blanks may change without being noticed; then everything in it is as it was.
    if (preview !== undefined && (preview.entries.length !== names.length || preview.entries.some((entry) => entry.conflict !== 'same'))) {
      counters.wrongAccepted += 1;
      say(`A changed backup was accepted: byte ${at}`);
    }
    if (preview !== undefined) vault.keeper.forget(preview.id);
    if (i % 5 === 0 && (await vault.keeper.previewBackup(file, 'another passphrase').catch(() => undefined)) !== undefined)
      counters.wrongAccepted += 1;
    counters.damaged += 1;
  }
  if ((await vault.keeper.previewBackup(file, 'a backup passphrase')).entries.length !== names.length) counters.unopenable += 1;
  rmSync(file, { force: true });
}
