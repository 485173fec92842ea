import { expect, test } from 'vitest';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { KeychainAnswer } from './keychain.ts';
import { memoryRows } from './memory-rows.fixture.ts';
import { scriptedKeychain } from './test-vault.fixture.ts';
import { createVault } from './vault.ts';

const name = (text: string): SecretName => text as SecretName;
const clock = { now: () => 1000 };

test('a secret goes in, is listed without its value, and is revealed only at the boundary', async () => {
  const { keychain } = scriptedKeychain();
  const rows = memoryRows();
  const vault = createVault({ rows, keychain, clock });
  expect((await vault.getStatus()).state).toBe('empty');
  await vault.set(name('api'), 's3cret-value', 'for the API');
  expect(JSON.stringify(vault.list())).not.toContain('s3cret');
  expect(JSON.stringify([...rows.all.values()])).not.toContain('s3cret');
  expect(await createVault({ rows, keychain, clock }).reveal(name('api'))).toBe('s3cret-value');
  await expect(vault.set(name('api'), 'another', '')).rejects.toMatchObject({ code: 'secret-exists' });
  await vault.replace(name('api'), 'second-value');
  expect(await vault.reveal(name('api'))).toBe('second-value');
  await vault.remove(name('api'));
  await expect(vault.reveal(name('api'))).rejects.toMatchObject({ code: 'secret-not-found' });
});

test('locked, missing, wrong and absent are different states, and none makes a new key', async () => {
  const { keychain, items, force } = scriptedKeychain();
  const rows = memoryRows();
  await createVault({ rows, keychain, clock }).set(name('one'), 'value-1', '');
  const [account, kept] = [...items.entries()][0] ?? ['', ''];
  const fresh = () => createVault({ rows, keychain, clock });
  const before = JSON.stringify(rows.getMeta());

  force({ state: 'locked' });
  expect((await fresh().getStatus()).state).toBe('locked');
  force({ state: 'absent', reason: 'test' });
  expect((await fresh().getStatus()).state).toBe('absent');
  force(undefined);
  items.delete(account);
  expect((await fresh().getStatus()).state).toBe('missing');
  items.set(account, JSON.stringify({ id: JSON.parse(kept).id, key: Buffer.alloc(32, 7).toString('base64') }));
  expect((await fresh().getStatus()).state).toBe('wrong');
  items.set(account, 'not a key at all');
  expect((await fresh().getStatus()).state).toBe('wrong');

  for (const answer of [{ state: 'locked' }, { state: 'absent', reason: 'test' }, { state: 'missing' }] as KeychainAnswer[]) {
    force(answer);
    await expect(fresh().set(name('two'), 'value-2', '')).rejects.toMatchObject({ code: `vault-${answer.state}` });
  }
  expect(JSON.stringify(rows.getMeta())).toBe(before);
  expect(rows.list()).toHaveLength(1);
  force(undefined);
  items.set(account, kept);
  expect(await fresh().reveal(name('one'))).toBe('value-1');
});

test('entries without their description never get a new key', async () => {
  const { keychain } = scriptedKeychain();
  const rows = memoryRows();
  await createVault({ rows, keychain, clock }).set(name('one'), 'value-1', '');
  rows.dropMeta();
  const vault = createVault({ rows, keychain, clock });
  expect((await vault.getStatus()).state).toBe('missing');
  await expect(vault.set(name('two'), 'value-2', '')).rejects.toMatchObject({ code: 'vault-missing' });
  await expect(vault.setPassphrase('a long passphrase')).rejects.toMatchObject({ code: 'vault-in-use' });
});

test('two vaults on one keychain keep their own keys', async () => {
  const { keychain } = scriptedKeychain();
  const first = memoryRows();
  const second = memoryRows();
  await createVault({ rows: first, keychain, clock }).set(name('a'), 'first-value', '');
  await createVault({ rows: second, keychain, clock }).set(name('a'), 'second-value', '');
  expect(await createVault({ rows: first, keychain, clock }).reveal(name('a'))).toBe('first-value');
});

test('a passphrase protects where there is no keychain', async () => {
  const { keychain, force } = scriptedKeychain();
  force({ state: 'absent', reason: 'test' });
  const rows = memoryRows();
  const vault = createVault({ rows, keychain, clock });
  expect(await vault.getStatus()).toMatchObject({ state: 'absent', hint: expect.stringContaining('orrery vault passphrase') });
  expect((await vault.setPassphrase('correct horse battery')).state).toBe('open');
  await vault.set(name('api'), 's3cret-value', '');
  const again = createVault({ rows, keychain, clock });
  expect((await again.getStatus()).state).toBe('locked');
  await expect(again.reveal(name('api'))).rejects.toMatchObject({ code: 'vault-locked' });
  await expect(again.unlock('wrong horse battery')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  expect((await again.unlock('correct horse battery')).state).toBe('open');
  expect(await again.reveal(name('api'))).toBe('s3cret-value');
  await again.lock();
  await expect(again.reveal(name('api'))).rejects.toMatchObject({ code: 'vault-locked' });
});

test('a changed, moved or swapped envelope does not open', async () => {
  const { keychain } = scriptedKeychain();
  const rows = memoryRows();
  const vault = createVault({ rows, keychain, clock });
  await vault.set(name('a'), 'value-of-a', '');
  await vault.set(name('b'), 'value-of-b', '');
  const a = rows.all.get('a');
  const b = rows.all.get('b');
  if (a === undefined || b === undefined) throw new Error('not stored');
  rows.all.set('a', { ...a, envelope: b.envelope });
  await expect(vault.reveal(name('a'))).rejects.toMatchObject({ code: 'vault-entry-damaged' });
  rows.all.set('a', { ...a, version: a.version + 1 });
  await expect(vault.reveal(name('a'))).rejects.toMatchObject({ code: 'vault-entry-damaged' });
  const parts = JSON.parse(a.envelope);
  rows.all.set('a', { ...a, envelope: JSON.stringify({ ...parts, tag: parts.tag.slice(0, 6) }) });
  await expect(vault.reveal(name('a'))).rejects.toMatchObject({ code: 'vault-entry-damaged' });
  rows.all.set('a', a);
  expect(await vault.reveal(name('a'))).toBe('value-of-a');
});

test('revealed values are taken out of text in the forms they travel in', async () => {
  const { keychain } = scriptedKeychain();
  const vault = createVault({ rows: memoryRows(), keychain, clock });
  const value = 'p@ss "word"/é+1';
  await vault.set(name('pw'), value, '');
  expect(vault.redact(value), 'known from when it was stored').toBe('[secret:pw]');
  for (const form of [
    value,
    JSON.stringify({ x: value }),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('hex'),
  ]) {
    expect(vault.redact(`before ${form} after`)).toContain('[secret:pw]');
    expect(vault.redact(`before ${form} after`)).not.toContain(form);
  }
  await expect(vault.set(name('tiny'), 'abc', '')).rejects.toMatchObject({ code: 'secret-too-short' });
});
