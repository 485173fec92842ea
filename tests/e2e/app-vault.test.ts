// The vault as a person looks after it, in a real browser on the real host: who may use an entry and which of its fields, a recovery key, a
// backup and its restoring, each also with the wrong word; and a deleted secret brought back from History.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Attached } from '../../electron/wires/attach.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { attach, launchBrowser } from '../helpers/demo-host.ts';
import { type HeadlessHost, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';
import { type App, builtApp, eventually, openApp, pictureOfFailure } from './app-kit.ts';

const passphrase = 'a passphrase for the vault';
const backupWords = 'another one for the backup';
const password = 'correct-horse-9c41';
let folder: string;
let host: HeadlessHost;
let attached: Attached;
let browser: Browser;
let app: App;
let page: Page;

beforeAll(async () => {
  await builtApp();
  folder = temporaryFolder('vault');
  host = await startHost({ dataFolder: path.join(folder, 'data'), env: { HOME: folder } });
  attached = await attach(host);
  const { vault } = attached.client;
  const { ways } = await vault.getStatus();
  if (ways?.passphrase !== true) await vault.setPassphrase({ passphrase });
  await vault.create({
    ...{ name: 'SHOP_LOGIN' as SecretName, kind: 'login', note: 'of the shop' },
    values: { username: 'anna', password },
  });
  browser = await launchBrowser();
  app = await openApp(browser, host, { width: 1280, height: 800 });
  page = app.page;
});
afterEach(pictureOfFailure('vault', () => page));
afterAll(async () => {
  await browser?.close();
  attached?.close();
  await host?.kill();
  removeFolder(folder);
});

const factsNow = async () => (await attached.client.vault.list()).find(({ name }) => name === 'SHOP_LOGIN')?.facts;
const names = async (): Promise<string[]> => (await attached.client.vault.list()).map(({ name }) => name);

/** In our own dialog for choosing, since this host has none of the system's. */
async function chooseFolder(title: string, file?: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('textbox').fill(folder);
  await dialog.getByRole('textbox').press('Enter');
  if (file === undefined) await dialog.getByRole('button', { name: 'Use this folder' }).click();
  else await dialog.getByText(file, { exact: true }).click();
}
async function fromMenu(item: string): Promise<void> {
  await page.getByRole('button', { name: 'Import and back up' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}
const fileLike = (pattern: RegExp): string => readdirSync(folder).find((name) => pattern.test(name)) ?? 'none';

test('who may use an entry, which of its fields, where it may go and until when', async () => {
  await app.go('/vault');
  await page.getByText('SHOP_LOGIN').first().click();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Only these', { exact: true }).click();
  await dialog.getByText('Nobody is on the list').waitFor();
  const [agent] = await attached.client.agents.list();
  const add = dialog.getByRole('combobox', { name: 'Add' });
  await add.click();
  await page.getByRole('option').first().waitFor();
  await page.keyboard.type(agent?.name ?? '');
  await page
    .getByRole('option', { name: new RegExp(agent?.name ?? '') })
    .first()
    .click();
  const fields = dialog.getByRole('group', { name: `What ${agent?.name} may use` });
  await fields.getByRole('checkbox', { name: 'Password' }).click();
  expect(await fields.getByRole('checkbox', { name: 'User name' }).isDisabled(), 'the last one stays').toBe(true);
  await dialog.getByLabel('Hosts').fill('api.shop.example\nhttps://bad/');
  await dialog.getByText(/https:\/\/bad\/ must be a host name/).waitFor();
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Hosts').fill('api.shop.example');
  await dialog.getByLabel('Use until').fill('2031-05-06');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await factsNow()).toMatchObject({
    ...{ access: 'listed', hosts: ['api.shop.example'], expiresAt: Date.UTC(2031, 4, 6) },
    parties: [{ kind: 'agent', id: agent?.id, fields: ['username'] }],
  });
});

let recoveryKey = '';
test('a recovery key is written for printing', async () => {
  await app.go('/vault');
  await page.getByRole('button', { name: 'Key', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make one' }).click();
  await chooseFolder('Where to write the recovery key');
  await page.getByText(/Written to .*Print it/).waitFor();
  await eventually(() => fileLike(/^orrery-recovery-key/)).not.toBe('none');
  recoveryKey = /^ {4}(\S+)$/m.exec(readFileSync(path.join(folder, fileLike(/^orrery-recovery-key/)), 'utf8'))?.[1] ?? '';
  expect(recoveryKey).not.toBe('');
  await page.keyboard.press('Escape');
});

test('a backup is written, and restored with its passphrase alone', async () => {
  await app.go('/vault');
  await fromMenu('Back up…');
  const backup = page.getByRole('dialog', { name: 'Back up the vault' });
  const [first, again] = [backup.locator('input[type="password"]').first(), backup.locator('input[type="password"]').nth(1)];
  await first.fill(backupWords);
  await again.fill('something else');
  expect(await backup.getByRole('button', { name: 'Write the backup' }).isDisabled()).toBe(true);
  await again.fill(backupWords);
  await backup.getByRole('button', { name: 'Write the backup' }).click();
  await chooseFolder('Folder for the backup');
  await eventually(() => fileLike(/\.backup$/)).not.toBe('none');
  await backup.waitFor({ state: 'detached' });

  await attached.client.vault.remove({ name: 'SHOP_LOGIN' as SecretName });
  await fromMenu('Restore…');
  const restore = page.getByRole('dialog', { name: 'Restore a backup' });
  await restore.getByRole('button', { name: 'Choose a file' }).click();
  await chooseFolder('Choose a file', fileLike(/\.backup$/));
  const words = restore.locator('input[type="password"]');
  await words.fill('not its passphrase');
  await restore.getByRole('button', { name: 'Read it' }).click();
  await restore.getByRole('alert').first().waitFor();
  expect(await names()).toEqual([]);
  await words.fill(backupWords);
  await restore.getByRole('button', { name: 'Read it' }).click();
  await restore.getByText('SHOP_LOGIN').first().waitFor();
  await restore.getByRole('button', { name: 'Take 1 secret' }).click();
  await eventually(names).toEqual(['SHOP_LOGIN']);
  expect(await factsNow()).toMatchObject({ access: 'listed' });
});

test('a deleted secret comes back from History, and its value is never sent to the page', async () => {
  await attached.client.vault.remove({ name: 'SHOP_LOGIN' as SecretName });
  const [set] = await attached.client.undo.listSets({ limit: 1 });
  await app.go(`/history/${set?.id}`);
  await page.getByText('Deleted', { exact: false }).filter({ hasText: 'SHOP_LOGIN' }).first().waitFor();
  await page.getByRole('button', { name: 'Undo these changes' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Brings back the secret SHOP_LOGIN').waitFor();
  await dialog.getByRole('button', { name: 'Undo 1 change' }).click();
  await eventually(names).toEqual(['SHOP_LOGIN']);
  expect(app.received.join('')).not.toContain(password);
});

test('the recovery key opens a locked vault; a wrong one is refused with words', async () => {
  await app.go('/vault');
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByRole('button', { name: 'Use the recovery key' }).click();
  const form: Locator = page.locator('form').filter({ hasText: 'Recovery key' });
  await form.getByRole('textbox').fill('AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA');
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  await form.getByRole('alert').first().waitFor();
  expect((await attached.client.vault.getStatus()).state).not.toBe('open');
  await form.getByRole('textbox').fill(recoveryKey.toLowerCase());
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('You came in by the recovery key', { exact: false }).waitFor();
  expect((await attached.client.vault.getStatus()).openedBy).toBe('recovery');
});
