// The ways in: keychain, passphrase, recovery key; rotation; and vaults as the version before kept them.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openStore } from '../sqlite/open.ts';
import { seal } from './envelope.ts';
import { checkPlace, checkText } from './key-ways.ts';
import { deriveKey } from './passphrase.ts';
import { cheapKdf, name, testVault } from './test-vault.fixture.ts';

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-ways-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const recoveryIn = (file: string): string => /([0-9A-Z]{4}-){8}[0-9A-Z]{4}/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';

test('keychain and passphrase both open it, and each can be taken away but the last', async () => {
  const { vault, again, items, force } = testVault();
  await vault.set(name('api'), 'first-value', '');
  expect((await vault.setPassphrase('a second way in')).ways).toMatchObject({ keychain: true, passphrase: true });
  force({ state: 'locked' });
  const locked = again();
  expect(await locked.getStatus()).toMatchObject({
    state: 'locked',
    protection: 'keychain',
    hint: expect.stringContaining('your passphrase'),
  });
  await expect(locked.unlock('not that one')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  expect(await locked.unlock('a second way in')).toMatchObject({ state: 'open', openedBy: 'passphrase' });
  expect(await locked.reveal(name('api'))).toBe('first-value');
  force(undefined);
  expect(items.size).toBe(1);
  expect((await vault.keeper.removeKeychain()).ways).toMatchObject({ keychain: false });
  expect(items.size).toBe(0);
  await expect(vault.keeper.removePassphrase()).rejects.toMatchObject({ code: 'last-way' });
  await expect(vault.keeper.changePassphrase('not that one', 'another passphrase')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  await vault.keeper.changePassphrase('a second way in', 'another passphrase');
  const third = again();
  await expect(third.unlock('a second way in')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  await third.unlock('another passphrase');
  await third.keeper.addKeychain();
  expect(await again().reveal(name('api'))).toBe('first-value');
});

test('the recovery key opens it when keychain and passphrase are lost; a slip is told from a wrong key; a new one ends the old one', () =>
  inFolder(async (folder) => {
    const { vault, again, items } = testVault();
    await vault.set(name('api'), 'kept-for-later', '');
    await vault.setPassphrase('soon forgotten');
    const file = path.join(folder, 'recovery.txt');
    await vault.keeper.makeRecovery(file);
    const key = recoveryIn(file);
    expect(key).toHaveLength(44);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(vault.keeper.makeRecovery(file)).rejects.toMatchObject({ code: 'file-exists' });
    items.clear();
    const lost = again();
    expect((await lost.getStatus()).state).toBe('missing');
    const slip = key.replace(/.(?=.{5}$)/, (sign) => (sign === 'A' ? 'B' : 'A'));
    await expect(lost.keeper.unlockWithRecovery(slip)).rejects.toMatchObject({ code: 'recovery-key-mistyped' });
    const other = testVault();
    await other.vault.set(name('x'), 'other', '');
    await other.vault.keeper.makeRecovery(path.join(folder, 'other.txt'));
    await expect(lost.keeper.unlockWithRecovery(recoveryIn(path.join(folder, 'other.txt')))).rejects.toMatchObject({
      code: 'wrong-recovery-key',
    });
    // As a person copies it: small letters, spaces, an O for a 0.
    expect(await lost.keeper.unlockWithRecovery(key.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o'))).toMatchObject({
      state: 'open',
      openedBy: 'recovery',
    });
    expect(await lost.reveal(name('api'))).toBe('kept-for-later');
    await lost.setPassphrase('a new passphrase');
    await lost.keeper.makeRecovery(path.join(folder, 'second.txt'));
    const next = again();
    await expect(next.keeper.unlockWithRecovery(key)).rejects.toMatchObject({ code: 'wrong-recovery-key' });
    await next.unlock('a new passphrase');
    expect(await next.reveal(name('api'))).toBe('kept-for-later');
  }));

test('a rotated key seals everything anew; the old keychain entry, wrapped keys and envelopes are gone from the file', () =>
  inFolder(async (folder) => {
    const opened = openStore({ folder });
    const { vault, again, items, rows } = testVault({ rows: opened.vault });
    await vault.set(name('api'), 'value-of-api', '');
    await vault.setPassphrase('the passphrase');
    await vault.keeper.makeRecovery(path.join(folder, 'r.txt'));
    await vault.writeOwn?.('audit-key', 'own-value');
    const before = { meta: rows.getMeta(), envelope: rows.list()[0]?.envelope ?? '', accounts: [...items.keys()] };
    await expect(vault.keeper.rotate(undefined)).rejects.toMatchObject({ code: 'passphrase-needed' });
    await expect(vault.keeper.rotate('a wrong one')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(rows.getMeta()).toEqual(before.meta);
    const after = await vault.keeper.rotate('the passphrase');
    expect(after.ways).toEqual({ keychain: true, passphrase: true });
    expect([...items.keys()]).toHaveLength(1);
    expect([...items.keys()]).not.toEqual(before.accounts);
    expect(await again().reveal(name('api'))).toBe('value-of-api');
    expect(await again().readOwn?.('audit-key')).toBe('own-value');
    await expect(again().keeper.unlockWithRecovery(recoveryIn(path.join(folder, 'r.txt')))).rejects.toMatchObject({
      code: 'no-recovery-key',
    });
    await opened.close();
    const bytes = readFileSync(path.join(folder, 'orrery.db'));
    const sealed = [before.envelope, ...Object.values(before.meta?.ways ?? {}).map((way) => (way?.form === 'wrapped' ? way.sealed : ''))];
    for (const text of sealed) expect(bytes.includes(JSON.parse(text).data), 'an old envelope is still in the file').toBe(false);
  }));

test('two first secrets at once make one key', async () => {
  const { vault, again, items } = testVault();
  await Promise.all([vault.set(name('a'), 'value-a', ''), vault.set(name('b'), 'value-b', ''), vault.set(name('c'), 'value-c', '')]);
  expect(items.size).toBe(1);
  const next = again();
  expect(await Promise.all(['a', 'b', 'c'].map((each) => next.reveal(name(each))))).toEqual(['value-a', 'value-b', 'value-c']);
});

test('what is stored while the key is rotated opens afterwards', async () => {
  const { vault, again } = testVault();
  await vault.set(name('first'), 'value-first', '');
  const work = [vault.keeper.rotate(undefined)];
  const names = Array.from({ length: 20 }, (_, n) => name(`s${n}`));
  await Promise.all([...work, ...names.map((each) => vault.set(each, `value-${each}`, '')), vault.keeper.rotate(undefined)]);
  const next = again();
  for (const each of names) expect(await next.reveal(each)).toBe(`value-${each}`);
});

test.each(['keychain', 'passphrase'] as const)(
  'a vault of the version before, protected by %s, opens with its entries as they were',
  (kind) =>
    inFolder(async (folder) => {
      const fixtures = fileURLToPath(new URL('../../../tests/fixtures/vault/', import.meta.url));
      writeFileSync(path.join(folder, 'orrery.db'), gunzipSync(readFileSync(`${fixtures}before-0120-${kind}.db.gz`)));
      const opened = openStore({ folder });
      const { vault, again, items, rows } = testVault({ rows: opened.vault });
      for (const [account, value] of Object.entries(
        JSON.parse(readFileSync(`${fixtures}before-0120-keychain.json`, 'utf8')) as Record<string, string>,
      ))
        items.set(account, value);
      const keyId = rows.getMeta()?.keyId;
      const opens = async (one = again()) => {
        if (kind === 'passphrase') await one.unlock('a passphrase of the old version');
        expect(await one.reveal(name('GITHUB_TOKEN'))).toBe('ghp_old-version-token-1');
        expect(await one.reveal(name('MAIL'))).toBe('mail-pass-éü "3"');
      };
      if (kind === 'passphrase') await vault.unlock('a passphrase of the old version');
      await opens();
      expect(vault.list()).toMatchObject([
        { name: 'GITHUB_TOKEN', note: 'for issues', kind: 'token', fields: ['value'] },
        { name: 'MAIL' },
      ]);
      expect(rows.getMeta()?.keyId).toBe(keyId);
      // Every change of today works on it: a changed entry, a recovery key, another passphrase, rotation.
      await vault.keeper.change(name('MAIL'), { note: 'mail' });
      await vault.keeper.makeRecovery(path.join(folder, 'r.txt'));
      await opens();
      const lost = again();
      await lost.keeper.unlockWithRecovery(recoveryIn(path.join(folder, 'r.txt')));
      expect(await lost.reveal(name('GITHUB_TOKEN'))).toBe('ghp_old-version-token-1');
      if (kind === 'passphrase') {
        await vault.keeper.changePassphrase('a passphrase of the old version', 'a newer passphrase');
        const next = again();
        await expect(next.unlock('a passphrase of the old version')).rejects.toMatchObject({ code: 'wrong-passphrase' });
        await next.unlock('a newer passphrase');
        expect(await next.reveal(name('MAIL'))).toBe('mail-pass-éü "3"');
      } else {
        await vault.keeper.rotate(undefined);
        await opens();
      }
      expect(rows.getMeta()?.keyId).not.toBe(keyId);
      await opened.close();
      expect(existsSync(path.join(folder, 'r.txt'))).toBe(true);
    }),
);

test('a vault of before, whose passphrase is the master key itself, opens with it and with no other', async () => {
  const { again, rows } = testVault();
  const kdf = cheapKdf();
  const key = { id: 'before', bytes: await deriveKey('the old passphrase', kdf) };
  rows.setMeta({ protection: 'passphrase', keyId: key.id, keyCheck: seal(key, checkText, checkPlace), kdf, createdAt: 1 });
  const vault = again();
  await expect(vault.unlock('another passphrase')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  expect(await vault.unlock('the old passphrase')).toMatchObject({ state: 'open', openedBy: 'passphrase' });
});
