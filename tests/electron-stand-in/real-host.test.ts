// The whole of electron/main, from its index on, with the real host behind it: the real store, vault, tool servers and runtime.

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import * as electron from './electron.ts';
import { callRaw, openWire } from './raw-wire.ts';
import { buildPreload } from './rig.ts';

vi.mock('electron', () => import('./electron.ts'));

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-real-host-'));
afterAll(async () => {
  await electron.resetElectron();
  rmSync(folder, { recursive: true, force: true });
});

it('starts from its index, answers from the real host, and quits cleanly', async () => {
  const data = path.join(folder, 'data');
  mkdirSync(path.join(folder, 'out/renderer'), { recursive: true });
  writeFileSync(path.join(folder, 'out/renderer/index.html'), '<!doctype html><title>Orrery</title>');
  await buildPreload(path.join(folder, 'out/preload'));
  vi.stubEnv('ORRERY_DATA', data);
  electron.app.getAppPath = () => folder;
  await import('../../electron/main/index.ts');
  await expect
    .poll(() => electron.seen.errors[0]?.text ?? electron.BrowserWindow.getAllWindows()[0]?.isVisible(), { timeout: 60_000 })
    .toBe(true);
  expect(electron.app.paths.get('userData')).toBe(path.join(data, 'desktop'));
  const page = await (electron.BrowserWindow.getAllWindows()[0] as electron.BrowserWindow).opened;
  await openWire(page);
  expect((await callRaw(page, '/app/getInfo')).json).toMatchObject({
    host: 'desktop',
    dataFolder: data,
    can: { pickFolder: true, notify: true },
  });
  const draft = { text: 'The printer is on the second floor.', tags: ['office'] };
  expect((await callRaw(page, '/memory/add', { draft })).status).toBe(200);
  expect((await callRaw(page, '/memory/search', { query: 'printer' })).json).toMatchObject([{ text: draft.text }]);
  expect(statSync(data).mode & 0o777).toBe(0o700);
  // A secret for the person goes into the clipboard by the main process; the vault closes when they go away.
  const vaultState = async () => ((await callRaw(page, '/vault/getStatus')).json as { state: string }).state;
  if ((await vaultState()) === 'absent') await callRaw(page, '/vault/setPassphrase', { passphrase: 'a passphrase here' });
  await callRaw(page, '/vault/set', { name: 'TOKEN', value: 'kept-from-the-page', note: '' });
  const copied = await callRaw(page, '/vault/copy', { name: 'TOKEN' });
  expect(copied.json).toEqual({ clearsAfterMs: 30_000 });
  expect(JSON.stringify(copied)).not.toContain('kept-from-the-page');
  expect(electron.clipboard.text).toBe('kept-from-the-page');
  electron.powerMonitor.emit('lock-screen');
  expect((await callRaw(page, '/vault/getStatus')).json).toMatchObject({ state: 'open', canCopy: true });
  await callRaw(page, '/settings/change', { vaultLockWhenAway: true });
  electron.powerMonitor.emit('lock-screen');
  await expect.poll(vaultState, { timeout: 60_000 }).toBe('locked');
  electron.app.quit();
  await expect.poll(() => electron.seen.exitCode, { timeout: 60_000 }).toBe(0);
  expect(existsSync(path.join(data, 'host.json'))).toBe(false);
});
