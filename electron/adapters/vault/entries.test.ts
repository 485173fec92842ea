// Entries of all kinds, their rules, and the log of their uses.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { noFacts } from '../../../shared/model/vault.ts';
import { createKeyFiles } from './key-files.ts';
import { name, testVault } from './test-vault.fixture.ts';

const at = (host: string) => ({ receiver: { kind: 'host' as const, id: host, title: host }, host });

test('a login has fields; its one-time code is that of the moment, as RFC 6238 says', async () => {
  const { vault, time } = testVault();
  // RFC 6238, appendix B: the seed "12345678901234567890" at 59 s gives 94287082.
  const totp = 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8&period=30';
  const made = await vault.keeper.create({
    name: name('mail'),
    kind: 'login',
    values: { username: 'ada', password: 'pass-word-1', totp },
    note: '',
    facts: { ...noFacts, address: 'https://mail.example.com' },
  });
  expect(made).toMatchObject({ kind: 'login', fields: ['password', 'username', 'totp', 'address'], totpPeriod: 30 });
  expect(JSON.stringify(vault.list())).not.toMatch(/pass-word-1|GEZDGNBV|"ada"/);
  expect(await vault.reveal(name('mail'))).toBe('pass-word-1');
  expect(await vault.reveal(name('mail'), { field: 'username' })).toBe('ada');
  time.at = 59_000;
  expect(await vault.reveal(name('mail'), { field: 'totp' })).toBe('94287082');
  expect(vault.redact('the code 94287082 of GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ pass-word-1')).not.toMatch(/94287082|pass-word-1/);
  await expect(vault.reveal(name('mail'), { field: 'content' })).rejects.toMatchObject({ code: 'secret-no-field' });
  await expect(
    vault.keeper.create({
      name: name('bad'),
      kind: 'login',
      values: { password: 'pass-word', totp: 'not base 32!' },
      note: '',
      facts: noFacts,
    }),
  ).rejects.toMatchObject({ code: 'totp-invalid', place: 'totp' });
  await vault.keeper.change(name('mail'), { values: { password: 'pass-word-2' } });
  expect(await vault.reveal(name('mail'), { field: 'username' })).toBe('ada');
});

test('a key file lies in a file of its owner for as long as the program runs', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-keyfile-'));
  const { vault } = testVault({ keyFiles: createKeyFiles(path.join(folder, 'key-files')) });
  const content = '-----BEGIN KEY-----\nabc\n-----END KEY-----\n';
  await vault.keeper.create({
    name: name('ssh'),
    kind: 'key-file',
    values: { content },
    note: '',
    facts: { ...noFacts, fileName: 'id_ed25519' },
  });
  const handed = await vault.keeper.forProcess(name('ssh'), { receiver: { kind: 'server', id: 'git', title: 'Git' } });
  expect(path.basename(handed.value)).toBe('id_ed25519');
  expect(readFileSync(handed.value, 'utf8')).toBe(content);
  expect(statSync(handed.value).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(handed.value)).mode & 0o777).toBe(0o700);
  handed.done();
  expect(existsSync(handed.value)).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});

test('hosts, parties and fields of an entry hold at every use, whoever asks, and each use is kept', async () => {
  const { vault } = testVault();
  const facts = {
    ...noFacts,
    hosts: ['api.example.com', '*.safe.example'],
    access: 'listed' as const,
    parties: [
      { kind: 'agent' as const, id: 'a1', title: 'Librarian', fields: ['password' as const] },
      { kind: 'server' as const, id: 'git', title: 'Git' },
    ],
  };
  await vault.keeper.create({ name: name('s'), kind: 'login', values: { username: 'ada', password: 'pass-word' }, note: '', facts });
  const agent = { asker: { kind: 'agent' as const, id: 'a1', title: 'Librarian' } };
  const other = { asker: { kind: 'agent' as const, id: 'a2', title: 'Researcher' } };
  const refused = expect.objectContaining({ code: 'secret-not-for' });
  expect(await vault.reveal(name('s'), { ...agent, ...at('api.example.com') })).toBe('pass-word');
  expect(await vault.reveal(name('s'), { ...agent, ...at('x.safe.example') })).toBe('pass-word');
  for (const use of [
    { ...agent, ...at('evil.example.com') },
    { ...agent, ...at('safe.example') },
    { ...agent, ...at('api.example.com.evil.test') },
    { ...agent, ...at('api.example.com'), field: 'username' as const },
    { ...other, ...at('api.example.com') },
    { ...agent, receiver: { kind: 'server' as const, id: 'other', title: 'Other' } },
    {},
  ])
    await expect(vault.reveal(name('s'), use), JSON.stringify(use)).rejects.toEqual(refused);
  expect(await vault.reveal(name('s'), { receiver: { kind: 'server', id: 'git', title: 'Git' } })).toBe('pass-word');
  const uses = vault.keeper.uses({ name: name('s'), limit: 50 });
  expect(uses.filter((use) => use.outcome === 'used')).toHaveLength(3);
  expect(uses.filter((use) => use.outcome === 'refused')).toHaveLength(7);
  expect(uses[0]).toMatchObject({ outcome: 'used', by: 'Orrery', to: 'Git', field: 'password' });
  // The log puts it into a sentence: “was given to …”.
  expect(uses[1]).toMatchObject({ outcome: 'refused', by: 'Orrery', to: 'Orrery itself' });
});

test('an expired one is refused until the person says otherwise', async () => {
  const { vault, time } = testVault();
  await vault.keeper.create({
    name: name('t'),
    kind: 'token',
    values: { value: 'token-1' },
    note: '',
    facts: { ...noFacts, expiresAt: time.at + 1000 },
  });
  expect(await vault.reveal(name('t'))).toBe('token-1');
  time.at += 1000;
  await expect(vault.reveal(name('t'))).rejects.toMatchObject({ code: 'secret-expired' });
  await vault.keeper.change(name('t'), { facts: { ...noFacts, expiresAt: time.at, useExpired: true } });
  expect(await vault.reveal(name('t'))).toBe('token-1');
});

test('facts, note and kind are sealed with the value', async () => {
  const { vault, again, rows } = testVault();
  await vault.keeper.create({
    name: name('t'),
    kind: 'token',
    values: { value: 'token-1' },
    note: 'n',
    facts: { ...noFacts, hosts: ['a.example'] },
  });
  const row = rows.get(name('t'));
  if (row === undefined) throw new Error('not stored');
  for (const changed of [{ facts: row.facts.replace('a.example', 'b.example') }, { facts: '' }, { note: 'm' }, { kind: 'note' as const }]) {
    rows.remove(name('t'));
    rows.insert({ ...row, ...changed });
    await expect(again().reveal(name('t'), at('b.example')), JSON.stringify(changed)).rejects.toMatchObject({
      code: expect.stringMatching(/damaged|not-for/),
    });
  }
});

test('a value goes into the clipboard and out of it, and only where the host has one', async () => {
  const none = testVault();
  await none.vault.set(name('t'), 'token-1', '');
  await expect(none.vault.keeper.copy(name('t'), undefined)).rejects.toMatchObject({ code: 'not-on-this-host' });
  const held: string[] = [];
  const { vault } = testVault({
    clipboard: {
      async put(text) {
        held.push(text);
      },
      async clearIf() {
        held.length = 0;
      },
    },
  });
  await vault.set(name('t'), 'token-1', '');
  expect(await vault.keeper.copy(name('t'), undefined)).toEqual({ clearsAfterMs: 30_000 });
  expect(held).toEqual(['token-1']);
  expect(vault.keeper.uses({ limit: 5 })).toMatchObject([{ outcome: 'copied', to: 'the clipboard' }]);
});
