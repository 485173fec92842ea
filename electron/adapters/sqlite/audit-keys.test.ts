// The keys of the chain and the anchors of its head: in the vault, in the folder, locked, forged, set back and gone.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createVault } from '../vault/vault.ts';
import { auditLab, fakeVault } from './audit-test-support.ts';

const lab = auditLab();

it('chains with the vault’s key once it is open, and finds a log made anew with the folder’s key', async () => {
  const { vault, state, kept } = fakeVault();
  lab.fill(5);
  lab.opened.attachAuditVault(vault);
  expect(await lab.audit.anchor()).toBe(true);
  lab.fill(5, 6);
  expect(lab.audit.status().key.source).toBe('vault');
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 10, anchor: { where: 'vault', seq: 5 } });
  expect((await lab.verify()).notAnchoredSince).toBeTypeOf('number');
  await lab.audit.anchor();
  expect((await lab.verify()).notAnchoredSince).toBeUndefined();
  // Locked at the next start: it goes on with the folder's key and says what it cannot check.
  await lab.reopen();
  state.isOpen = false;
  lab.opened.attachAuditVault(vault);
  lab.fill(2, 11);
  const partly = await lab.verify();
  expect(partly).toMatchObject({ state: 'partial', checked: 7, unchecked: 5, isVaultLocked: true });
  expect(partly.notAnchoredSince).toBeUndefined();
  state.isOpen = true;
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 12 });
  // Somebody with the folder writes a log of their own under the folder's key.
  const anchor = readFileSync(join(lab.folder, 'audit-anchor'));
  const emptied = 'delete from audit_pages; delete from audit_head';
  await lab.tamper((db) => db.exec(emptied));
  rmSync(join(lab.folder, 'audit-anchor'));
  lab.opened.attachAuditVault({ ...vault, isBegun: () => false });
  lab.fill(12);
  // Not without orrery.db, which knows where it ended.
  expect((await lab.verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
  await lab.tamper((db) => db.exec(emptied));
  const main = new Database(join(lab.folder, 'orrery.db'));
  main.exec('delete from audit_head');
  main.close();
  await lab.reopen(() => rmSync(join(lab.folder, 'audit-anchor'), { force: true }));
  lab.opened.attachAuditVault({ ...vault, isBegun: () => false });
  lab.fill(12);
  expect((await lab.verify()).state).toBe('whole');
  lab.opened.attachAuditVault(vault);
  expect((await lab.verify()).broken?.fault).toBe('anchor');
  writeFileSync(join(lab.folder, 'audit-anchor'), anchor);
  expect((await lab.verify()).broken).toBeDefined();
  expect(kept.size).toBe(2);
});

it('keeps its key and anchor in the real vault, through a lock and a new passphrase', async () => {
  const keychain = {
    read: async () => ({ state: 'absent' as const, reason: 'none here' }),
    write: async () => undefined,
    unlock: async () => false,
  };
  const make = () => createVault({ rows: lab.opened.vault, keychain: keychain as never, clock: { now: () => Date.now() } });
  let vault = make();
  const attach = () => lab.opened.attachAuditVault({ ...vault, isBegun: () => lab.opened.vault.getMeta() !== undefined });
  attach();
  lab.fill(3);
  // A vault that was never used is not begun for the log's sake.
  expect(await lab.audit.anchor()).toBe(false);
  expect(lab.opened.vault.getMeta()).toBeUndefined();
  await vault.setPassphrase('correct horse battery');
  expect(await lab.audit.anchor()).toBe(true);
  lab.fill(3, 4);
  await lab.audit.anchor();
  expect(vault.list()).toEqual([]);
  await lab.reopen();
  vault = make();
  attach();
  lab.fill(2, 7);
  expect(await lab.verify()).toMatchObject({ state: 'partial', unchecked: 3 });
  await vault.unlock('correct horse battery');
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 8, anchor: { where: 'vault', seq: 6 } });
  await vault.keeper.changePassphrase('correct horse battery', 'another horse entirely');
  await vault.keeper.rotate('another horse entirely');
  expect((await lab.verify()).state).toBe('whole');
  await lab.tamper((db) => db.exec('delete from audit_pages where first > 4; update audit_head set seq = 4'));
  vault = make();
  attach();
  await vault.unlock('another horse entirely');
  expect((await lab.verify()).broken).toMatchObject({ fault: 'head' });
});

it('says that an anchor was forged or set back', async () => {
  const { vault } = fakeVault();
  lab.opened.attachAuditVault(vault);
  lab.fill(5);
  await lab.audit.anchor();
  const old = readFileSync(join(lab.folder, 'audit-anchor'), 'utf8');
  lab.fill(5, 6);
  await lab.audit.anchor();
  writeFileSync(join(lab.folder, 'audit-anchor'), old);
  expect((await lab.verify()).broken).toMatchObject({ fault: 'anchor' });
  writeFileSync(join(lab.folder, 'audit-anchor'), old.replace('"count":1', '"count":3'));
  expect((await lab.verify()).broken).toMatchObject({ fault: 'anchor', message: expect.stringContaining('was changed') });
});

it('names a key that is gone', async () => {
  lab.fill(3);
  await lab.reopen(() => rmSync(join(lab.folder, 'audit-secret')));
  lab.fill(3, 4);
  expect((await lab.verify()).broken).toMatchObject({ fault: 'key-missing', seq: 1 });
});
