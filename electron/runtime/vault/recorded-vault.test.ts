// Changes of the vault's entries in History: kept sealed, undone where the key is still there, and never with a value in the clear.

import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SecretName } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import { testVault } from '../../adapters/vault/test-vault.fixture.ts';

const name = (text: string) => text as SecretName;
let lab: UndoLab;
beforeEach(() => {
  lab = undoLab({ vault: ({ vault: rows }) => testVault({ rows }).vault });
});
afterEach(() => lab.close());

const newest = () => lab.undo.list({ limit: 1 })[0];

it('brings back a secret that was deleted, and one that was replaced, without its value ever being kept in the clear', async () => {
  const { vault, undo } = lab;
  await vault.set(name('github'), 'first-value-1', 'of the bot');
  await vault.replace(name('github'), 'second-value-2');
  const replaced = newest();
  expect(replaced).toMatchObject({ kind: 'secret', target: 'github', state: 'done', actor: { kind: 'person' } });
  expect(await undo.undo({ change: replaced?.id as never }, {})).toMatchObject({ done: 1, failed: [] });
  expect(await vault.reveal(name('github'))).toBe('first-value-1');
  await vault.remove(name('github'));
  const removed = newest();
  expect(await undo.undo({ change: removed?.id as never }, {})).toMatchObject({ done: 1, failed: [] });
  expect(await vault.reveal(name('github'))).toBe('first-value-1');
  expect(vault.list()[0]?.note).toBe('of the bot');

  const whole = JSON.stringify([lab.told, await Promise.all(undo.list({ limit: 100 }).map(({ id }) => undo.detail(id)))]);
  expect(whole).not.toMatch(/first-value|second-value|envelope|"data"/);
  expect(whole).toContain('of the bot');
  for (const { before } of undo.list({ limit: 100 }))
    if (before !== null) expect(Buffer.from(await lab.store.changes.readImage(before)).toString()).not.toMatch(/first-value|second-value/);
});

it('undoing that a secret was made removes it, and can be undone in turn', async () => {
  await lab.vault.set(name('new'), 'a-new-value', '');
  const made = await lab.undo.undo({ change: newest()?.id as never }, {});
  expect(lab.vault.list()).toEqual([]);
  expect(await lab.undo.undo({ set: made.set as never }, {})).toMatchObject({ done: 1 });
  expect(await lab.vault.reveal(name('new'))).toBe('a-new-value');
});

it('keeps nothing of a secret that was deleted for good, says so, and leaves others as they are', async () => {
  const { vault, undo, store } = lab;
  for (const each of ['gone', 'stays']) {
    await vault.set(name(each), `${each}-value`, '');
    await vault.replace(name(each), `${each}-value-2`);
    await vault.remove(name(each));
  }
  const of = (target: string) => undo.list({ limit: 100 }).filter((change) => change.target === target);
  const hashes = of('gone').flatMap(({ before, after }) => [before, after].filter((hash) => hash !== null));
  const sealed = new TextDecoder().decode(await store.changes.readImage(of('gone')[0]?.before ?? ''));
  // A piece of what was kept, as it lies in the file.
  const piece = sealed.slice(sealed.indexOf('envelope') + 20, sealed.indexOf('envelope') + 60);
  const inFile = (): boolean => {
    lab.opened.store.changes.list({ limit: 1 });
    const db = new Database(lab.opened.info.file);
    db.pragma('wal_checkpoint(truncate)');
    db.close();
    return readFileSync(lab.opened.info.file).includes(piece);
  };
  expect(inFile()).toBe(true);
  expect(undo.forgetSecret(name('gone'))).toBe(new Set(hashes).size);
  expect(inFile()).toBe(false);
  for (const hash of hashes) await expect(store.changes.readImage(hash)).rejects.toMatchObject({ code: 'image-missing' });
  const [item] = await undo.plan({ change: of('gone')[0]?.id as never });
  expect(item).toMatchObject({ state: 'cannot', words: 'What was kept of this secret was deleted for good.' });
  expect(await undo.undo({ change: of('stays')[0]?.id as never }, {})).toMatchObject({ done: 1 });
  expect(await vault.reveal(name('stays'))).toBe('stays-value-2');
  expect(lab.told.at(-2)).toContain('Deleted for good what History kept of the secret gone');
});

it('leaves nothing sealed of one that was deleted for good, neither in the database nor in its log', async () => {
  const { vault, undo } = lab;
  const { file } = lab.opened.info;
  // Their own values have these sizes, so that the freed room is not written over by chance.
  await vault.set(name('gone'), 'g'.repeat(2000), '');
  await vault.set(name('stays'), 's'.repeat(50), '');
  const db = new Database(file, { readonly: true });
  const { envelope } = db.prepare('select envelope from vault_entries where name = ?').get('gone') as { envelope: string | Uint8Array };
  db.close();
  const sealed = Buffer.from(envelope);
  const piece = sealed.subarray(200, 260);
  const isLeft = (): boolean => [file, `${file}-wal`].some((each) => existsSync(each) && readFileSync(each).includes(piece));
  lab.opened.store.changes.list({ limit: 1 });
  expect(isLeft()).toBe(true);
  await vault.remove(name('gone'));
  undo.forgetSecret(name('gone'));
  expect(isLeft()).toBe(false);
});

it('keeps nothing of a change that was refused', async () => {
  await lab.vault.set(name('one'), 'value-of-one', '');
  const before = lab.undo.list({ limit: 100 }).length;
  await expect(lab.vault.set(name('one'), 'another-value', '')).rejects.toMatchObject({ code: 'secret-exists' });
  await expect(lab.vault.remove(name('none'))).rejects.toMatchObject({ code: 'secret-not-found' });
  expect(lab.undo.list({ limit: 100 }).length).toBe(before);
});

it('says before that what an earlier key sealed cannot be brought back', async () => {
  await lab.vault.set(name('one'), 'value-of-one', '');
  await lab.vault.remove(name('one'));
  const removed = newest();
  await lab.vault.keeper?.rotate(undefined);
  const [item] = await lab.undo.plan({ change: removed?.id as never });
  expect(item).toMatchObject({ state: 'cannot', words: expect.stringContaining('rotated') });
  await expect(lab.vault.keeper?.images?.restore(name('one'), '{}')).rejects.toThrow();
});
