// Files of browsers and password managers, and our own backups. Encrypted exports are made here by Node's own crypto, from what Bitwarden
// documents, so that reading them is held against another implementation.

import { argon2Sync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { noFacts } from '../../../shared/model/vault.ts';
import { name, testVault } from './test-vault.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-transfer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const file = (text: string): string => {
  files += 1;
  const at = path.join(folder, `f${files}`);
  writeFileSync(at, text);
  return at;
};

const csvs: [string, string][] = [
  ['Chrome (CSV)', 'name,url,username,password,note\nExample,https://example.com/login,ada,"pass,""1""\nx",hello\n'],
  [
    'Firefox (CSV)',
    '"url","username","password","httpRealm","formActionOrigin","guid","timeCreated","timeLastUsed","timePasswordChanged"\n"https://example.com","ada","pass,""1""\nx","","","{1}","1","1","1"\n',
  ],
  [
    '1Password (CSV)',
    '\uFEFFTitle,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\r\nExample,https://example.com,ada,"pass,""1""\nx",,false,false,,hello\r\n',
  ],
  [
    'Bitwarden (CSV)',
    'folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,Example,hello,,0,https://example.com,ada,"pass,""1""\nx",GEZDGNBVGY3TQOJQ\n',
  ],
];

test.each(csvs)('%s is read; the preview holds no value', async (format, text) => {
  const { vault } = testVault();
  const at = file(text);
  const preview = await vault.keeper.previewImport(at, undefined);
  expect(preview).toMatchObject({ format, entries: [{ index: 0, kind: 'login', conflict: 'none' }], skipped: [] });
  expect(JSON.stringify(preview)).not.toMatch(/pass,|"ada"|GEZD/);
  const [entry] = preview.entries;
  if (entry === undefined) throw new Error('nothing was read');
  const result = await vault.keeper.takeIn({
    id: preview.id,
    take: [{ index: 0, name: entry.name, replace: false }],
    removeOthers: false,
    removeFile: true,
  });
  expect(result).toEqual({ added: 1, replaced: 0, skipped: 0, removed: 0, fileRemoved: true });
  expect(existsSync(at)).toBe(false);
  expect(await vault.reveal(entry.name)).toBe('pass,"1"\nx');
  expect(await vault.reveal(entry.name, { field: 'username' })).toBe('ada');
});

test('the text of a file that the host cannot reach is read as well, and nothing is deleted for it', async () => {
  const { vault } = testVault();
  const preview = await vault.keeper.previewImport({ text: 'name,url,username,password\nA,https://a.example,ada,secret\n' }, undefined);
  const take = preview.entries.map(({ index, name }) => ({ index, name, replace: false }));
  const result = await vault.keeper.takeIn({ id: preview.id, take, removeOthers: false, removeFile: true });
  expect(result).toMatchObject({ added: 1, fileRemoved: false });
});

const bitwarden = {
  encrypted: false,
  folders: [],
  items: [
    {
      type: 1,
      name: 'GitHub',
      notes: null,
      login: { uris: [{ uri: 'https://github.com' }], username: 'ada', password: 'gh-password', totp: null },
      fields: [{ name: 'PAT', value: 'ghp_hidden', type: 1 }],
    },
    { type: 1, name: 'GitHub', login: { username: 'bob', password: 'gh-password-2' } },
    { type: 2, name: 'Wi-Fi', notes: 'the long wifi key', secureNote: { type: 0 } },
    { type: 3, name: 'Visa', card: { number: '4111' } },
    { type: 5, name: 'SSH', sshKey: { privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----' } },
    { type: 1, name: '__proto__', login: { password: 'abc' } },
  ],
};

test('Bitwarden’s JSON: names are safe and unique, what cannot be taken says why', async () => {
  const { vault } = testVault();
  const preview = await vault.keeper.previewImport(file(JSON.stringify(bitwarden)), undefined);
  expect(preview.entries.map((entry) => [entry.name, entry.kind])).toEqual([
    ['GitHub-PAT', 'token'],
    ['GitHub', 'login'],
    ['GitHub-2', 'login'],
    ['Wi-Fi', 'note'],
    ['Visa', 'note'],
    ['SSH', 'key-file'],
  ]);
  expect(preview.skipped).toEqual([{ title: '__proto__', reason: 'A secret needs at least 4 characters.' }]);
});

async function seal(plain: string, enc: Uint8Array, mac: Uint8Array): Promise<string> {
  const { subtle } = crypto;
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const key = await subtle.importKey('raw', Buffer.from(enc), 'AES-CBC', false, ['encrypt']);
  const data = Buffer.from(await subtle.encrypt({ name: 'AES-CBC', iv }, key, Buffer.from(plain)));
  const hmac = await subtle.importKey('raw', Buffer.from(mac), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const tag = Buffer.from(await subtle.sign('HMAC', hmac, Buffer.concat([iv, data])));
  return `2.${Buffer.from(iv).toString('base64')}|${data.toString('base64')}|${tag.toString('base64')}`;
}

async function encryptedExport(kdfType: 0 | 1, password: string): Promise<string> {
  const { subtle } = crypto;
  const salt = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const costs = kdfType === 0 ? { kdfIterations: 5000 } : { kdfIterations: 2, kdfMemory: 16, kdfParallelism: 1 };
  const raw =
    kdfType === 0
      ? Buffer.from(
          await subtle.deriveBits(
            { name: 'PBKDF2', hash: 'SHA-256', salt: Buffer.from(salt), iterations: 5000 },
            await subtle.importKey('raw', Buffer.from(password), 'PBKDF2', false, ['deriveBits']),
            256,
          ),
        )
      : argon2Sync('argon2id', {
          message: password,
          nonce: Buffer.from(await subtle.digest('SHA-256', Buffer.from(salt))),
          passes: 2,
          memory: 16 * 1024,
          parallelism: 1,
          tagLength: 32,
        });
  const hmac = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const expand = async (info: string) =>
    new Uint8Array(await subtle.sign('HMAC', hmac, Buffer.concat([Buffer.from(info), Buffer.from([1])])));
  const [enc, mac] = [await expand('enc'), await expand('mac')];
  return JSON.stringify({
    encrypted: true,
    passwordProtected: true,
    salt,
    kdfType,
    ...costs,
    encKeyValidation_DO_NOT_EDIT: await seal(crypto.randomUUID(), enc, mac),
    data: await seal(JSON.stringify(bitwarden), enc, mac),
  });
}

test.each([
  ['PBKDF2', 0],
  ['Argon2id', 1],
] as const)('Bitwarden’s password-protected export by %s opens with its password alone', async (_name, kdfType) => {
  const { vault } = testVault();
  const text = await encryptedExport(kdfType, 'export password');
  const at = file(text);
  await expect(vault.keeper.previewImport(at, undefined)).rejects.toMatchObject({ code: 'password-needed' });
  await expect(vault.keeper.previewImport(at, 'another')).rejects.toMatchObject({ code: 'wrong-password' });
  expect((await vault.keeper.previewImport(at, 'export password')).entries).toHaveLength(6);
  const parts = JSON.parse(text) as { data: string };
  const changed = file(
    JSON.stringify({ ...parts, data: parts.data.replace(/\|(.)/, (_, sign: string) => `|${sign === 'A' ? 'B' : 'A'}`) }),
  );
  await expect(vault.keeper.previewImport(changed, 'export password')).rejects.toMatchObject({ code: 'import-damaged' });
});

test.each([
  ['another table', 'a,b,c\n1,2,3\n', 'import-unknown'],
  ['an open quote', 'name,url,username,password\nx,"y', 'csv-broken'],
  ['other JSON', '{"a":1}', 'import-unknown'],
  ['an export bound to an account', '{"encrypted":true,"data":"2.x"}', 'import-unsupported'],
])('%s is refused with words', async (_what, text, code) => {
  await expect(testVault().vault.keeper.previewImport(file(text), undefined)).rejects.toMatchObject({ code });
});

test('a backup comes back whole: merged with choices, or in the place of everything', async () => {
  const { vault } = testVault();
  await vault.set(name('one'), 'value-one', 'n');
  await vault.keeper.create({
    name: name('two'),
    kind: 'login',
    values: { username: 'u', password: 'value-two' },
    note: '',
    facts: { ...noFacts, hosts: ['a.example'] },
  });
  const at = path.join(folder, 'vault.backup');
  expect(await vault.keeper.makeBackup(at, 'backup passphrase')).toEqual({ file: at, entries: 2 });
  expect(readFileSync(at, 'utf8')).not.toMatch(/value-|a\.example/);
  await expect(vault.keeper.previewBackup(at, 'not that one')).rejects.toMatchObject({ code: 'backup-not-opened' });

  const other = testVault();
  await other.vault.set(name('one'), 'another-one', '');
  await other.vault.set(name('three'), 'value-three', '');
  const preview = await other.vault.keeper.previewBackup(at, 'backup passphrase');
  expect(preview.entries.map((entry) => [entry.name, entry.conflict])).toEqual([
    ['one', 'exists'],
    ['two', 'none'],
  ]);
  const take = preview.entries.map(({ index, name: each }) => ({ index, name: each, replace: false }));
  expect(await other.vault.keeper.takeIn({ id: preview.id, take, removeOthers: false, removeFile: false })).toMatchObject({
    added: 1,
    skipped: 1,
  });
  expect(await other.vault.reveal(name('one'))).toBe('another-one');
  const again = await other.vault.keeper.previewBackup(at, 'backup passphrase');
  expect(again.entries.map((entry) => entry.conflict)).toEqual(['exists', 'same']);
  await other.vault.keeper.takeIn({
    id: again.id,
    take: again.entries.map(({ index, name: each }) => ({ index, name: each, replace: true })),
    removeOthers: true,
    removeFile: false,
  });
  expect(other.vault.list().map((each) => each.name)).toEqual(['one', 'two']);
  expect(await other.vault.reveal(name('one'))).toBe('value-one');
  await expect(other.vault.reveal(name('two'))).rejects.toMatchObject({ code: 'secret-not-for' });
});
