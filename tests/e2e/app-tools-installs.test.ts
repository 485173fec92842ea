// Every way to a tool server, from its first look to its first answer, as a person goes it: each shown before anything of it runs. Then
// what its page does: a newer package, a Node that is fetched for it, a sign-in, a release, what is followed, prompts and sounds.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npmRegistry } from '../../electron/adapters/mcp/launch/package-registries.fixture.ts';
import type { Attached } from '../../electron/wires/attach.ts';
import { type AuthLab, startAuthLab } from '../helpers/auth-server.ts';
import { attach, launchBrowser } from '../helpers/demo-host.ts';
import { removeFolder, temporaryFolder } from '../helpers/headless-host.ts';
import { plantedVersion } from '../helpers/node-registry.ts';
import { type App, builtApp, eventually, keepPicture, makeVault, openApp, settled } from './app-kit.ts';
import { startToolLab, type ToolLab } from './tool-lab.ts';

let folder: string;
let lab: ToolLab;
let auth: AuthLab;
let attached: Attached;
let browser: Browser;
let app: App;
let page: Page;

beforeAll(async () => {
  await builtApp();
  folder = temporaryFolder('installs');
  [lab, auth, browser] = await Promise.all([startToolLab(folder), startAuthLab(), launchBrowser()]);
  attached = await attach(lab.host);
  await makeVault(attached.client);
  app = await openApp(browser, lab.host);
  page = app.page;
});
afterAll(async () => {
  await browser?.close();
  attached?.close();
  auth?.close();
  await lab?.close();
  removeFolder(folder);
});

/** Without waiting for a quiet network: what is waited for is what a person would look for. */
const go = (route: string): Promise<void> =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, route);
const children = async () => (await attached.client.tools.listServers()).filter((server) => server.kind === 'child');
const ids = async (): Promise<string[]> => (await children()).map((each) => each.id).sort();
const stateOf = (id: string) => async () => (await children()).find((each) => each.id === id)?.state;
/** A preview: nothing was stored, started or fetched for it. */
async function looked(before: string[]): Promise<void> {
  await page.getByText('Nothing has run or been stored yet.').waitFor();
  expect(await ids()).toEqual(before);
}
async function addIt(id: string): Promise<void> {
  await page.getByRole('button', { name: 'Add and start' }).click();
  await page.getByRole('button', { name: 'Restart' }).waitFor();
  await eventually(stateOf(id)).toBe('ready');
}

test('from the catalogue', async () => {
  await go('/tools/+/catalogue');
  await page.getByRole('searchbox').or(page.getByLabel('Search the catalogue')).first().fill('sequential');
  await page.getByRole('button', { name: /Sequential thinking/ }).click();
  await looked([]);
  expect(lab.npm.asked).toEqual([]);
  await page.getByText('npx -y @modelcontextprotocol/server-sequential-thinking').first().waitFor();
  await addIt('sequential-thinking');
  await go('/tools/+/catalogue');
  await page
    .getByRole('button', { name: /Sequential thinking/ })
    .getByText('added')
    .waitFor();
});

test('from an npm name, and to its next version, whose changed tools ask again', async () => {
  await go('/tools/+/package');
  await page.getByLabel('npm package').fill('@planted/notes');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await looked(['sequential-thinking']);
  expect(lab.npm.asked.filter((each) => each.includes('planted'))).toEqual([]);
  await addIt('notes');
  const its = page.getByRole('region', { name: 'Its package' });
  await its.getByRole('button', { name: 'Look for an update' }).click();
  await its.getByText('@planted/notes 1.0.0 is the newest there is.').waitFor();
  lab.packages.push({ name: '@planted/notes', version: '1.1.0' });
  await its.getByRole('button', { name: 'Look for an update' }).click();
  await its.getByText('Update available: 1.0.0 → 1.1.0').waitFor();
  await its.getByText(/they ask you before they are used/).waitFor();
  await keepPicture(page, 'tools-update');
  await its.getByRole('button', { name: 'Update and restart' }).click();
  await page.getByText('Updated: 1.0.0 → 1.1.0').waitFor();
  await eventually(stateOf('notes')).toBe('ready');
  await page.getByText(/are not as you last saw them/).waitFor();
  await page.getByRole('button', { name: 'Accept all changes' }).click();
  await eventually(async () => (await children()).find((each) => each.id === 'notes')?.changes ?? []).toEqual([]);
});

test('a bundle, dropped on the page and chosen by its path', async () => {
  await go('/tools/+/bundle');
  const bytes = readFileSync(lab.bundle).toString('base64');
  const drop = async (name: string, base64: string): Promise<void> => {
    const data = await page.evaluateHandle(
      ([title, text]) => {
        const transfer = new DataTransfer();
        const content = Uint8Array.from(atob(text as string), (each) => each.charCodeAt(0));
        transfer.items.add(new File([content], title as string));
        return transfer;
      },
      [name, base64] as const,
    );
    await page.getByRole('region', { name: 'Drop an .mcpb file here' }).dispatchEvent('drop', { dataTransfer: data });
  };
  await drop('notes.txt', btoa('hello'));
  await page.getByText('That is no .mcpb or .dxt file.').waitFor();
  await drop('broken.mcpb', btoa('hello'));
  await page.getByText(/The archive cannot be read/).waitFor();
  await drop('workshop.mcpb', bytes);
  const before = await ids();
  await looked(before);
  await page.getByText('From workshop.mcpb').waitFor();
  // What was given piece by piece is not left behind.
  expect(readdirSync(path.join(folder, 'data/servers/.bundles')).filter((each) => each.startsWith('.upload'))).toEqual([]);
  await page.getByRole('button', { name: 'Back' }).last().click();
  await page.getByRole('button', { name: 'Choose a bundle' }).click();
  const dialog = page.getByRole('dialog');
  const place = dialog.getByRole('textbox');
  await place.fill(path.dirname(lab.bundle));
  await place.press('Enter');
  await dialog.getByText('workshop.mcpb').click();
  await looked(before);
  await addIt('workshop');
});

test('pasted, and found', async () => {
  const before = await ids();
  await go('/tools/+/paste');
  await page.getByRole('textbox', { name: 'Or paste one' }).fill(`${process.execPath} ${lab.script} --pasted`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await looked(before);
  await page.getByText('its own program, read only').first().waitFor();
  await page.getByLabel(/^Id/).fill('pasted');
  await addIt('pasted');
  await go('/tools/+/paste');
  await page.getByRole('button', { name: /Claude Desktop/ }).click();
  await looked([...before, 'pasted'].sort());
  await addIt('finder');
  await go('/tools/finder/permissions');
  await page.getByText('its own program, read only').first().waitFor();
});

test('one that needs a newer Node: the next step is to fetch one, and it starts by itself then', async () => {
  await go('/tools/+/package');
  await page.getByLabel('npm package').fill('@planted/newer');
  await page.getByRole('button', { name: 'Look at it' }).click();
  // The planted Node passes on to the real one, which lies nowhere that a sandbox would show.
  await page.getByRole('switch', { name: /sandbox/ }).click();
  await page.getByRole('button', { name: 'Add and start' }).click();
  await page.getByText(/^It needs Node\.js 24\.90 or newer/).waitFor();
  const asked = () => lab.node.asked.filter((each) => each.includes('planted-node')).length;
  expect(asked()).toBe(0);
  await keepPicture(page, 'tools-needs-node');
  const fetchIt = page.getByRole('button', { name: `Fetch Node ${plantedVersion}` });
  lab.node.bend = 'other-bytes';
  await fetchIt.click();
  await page.getByText(/is not what Orrery expects/).waitFor();
  lab.node.bend = 'hangs';
  await fetchIt.click();
  await page.getByRole('progressbar', { name: `Fetching Node ${plantedVersion}` }).waitFor();
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
  await fetchIt.waitFor();
  lab.node.bend = 'whole';
  await fetchIt.click();
  await eventually(stateOf('newer')).toBe('ready');
  const finding = (await attached.client.app.runDoctor()).find((each) => each.id === 'command-node');
  expect(finding?.detail).toContain(`${plantedVersion} of Orrery`);

  await go('/settings/toolServers');
  const remove = page.getByRole('button', { name: `Remove Node ${plantedVersion}` });
  await remove.waitFor();
  await settled(page);
  await keepPicture(page, 'settings-tool-servers');
  await remove.click();
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('None. Nothing is fetched before you say so.').waitFor();
  expect(readdirSync(path.join(folder, 'data/runtimes/node'))).toEqual([]);
});

test('a sign-in from its page, and the settings of a client that was given', async () => {
  await attached.client.vault.set({ name: 'shop-client' as never, value: 'a-client-secret', note: '' });
  await go('/tools/+/hand');
  await page
    .getByRole('radio', { name: 'An address (HTTP)' })
    .or(page.getByRole('button', { name: 'An address (HTTP)' }))
    .first()
    .click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Guarded');
  await page.getByRole('textbox', { name: /^Address/ }).fill(auth.url);
  await page.getByRole('button', { name: 'Add and start' }).click();
  await page.getByText('This server wants you to sign in.').waitFor();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const outside = await opened;
  await outside.getByText('You are signed in.').waitFor();
  await outside.close();
  await eventually(stateOf('guarded')).toBe('ready');
  await page.getByText('Signed in as').waitFor();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Sign-in' }).click();
  auth.knows('shop');
  await dialog.getByLabel('Client id').fill('shop');
  await dialog.getByRole('combobox', { name: 'Client secret' }).click();
  await page.getByRole('option', { name: 'shop-client' }).click();
  await dialog.getByLabel('Scopes').fill('read');
  await dialog.getByLabel('Port for the way back').fill('80');
  await dialog.getByRole('button', { name: 'Save and restart' }).click();
  await dialog.getByText(/a whole number from 1024 to 65535/).waitFor();
  await keepPicture(page, 'tools-sign-in-settings');
  await dialog.getByLabel('Port for the way back').fill('');
  await dialog.getByRole('button', { name: 'Save and restart' }).click();
  await dialog.waitFor({ state: 'detached' });
  const stored = (await children()).find((each) => each.id === 'guarded')?.config;
  expect(stored?.oauth).toEqual({ by: 'person', clientId: 'shop', clientSecret: 'shop-client', scope: 'read' });
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await eventually(async () => (await children()).find((each) => each.id === 'guarded')?.signIn?.account).toBeUndefined();
});

test('what is followed is read again, a prompt goes into a chat, a sound is played', async () => {
  await go('/tools/workshop/resources');
  await page.getByRole('button', { name: /times/ }).first().click();
  await page.getByText('bumped 0 times').waitFor();
  await page.getByRole('switch', { name: 'Follow' }).click();
  await page.getByText('Following; read once').waitFor();
  await attached.client.tools.call({ server: 'workshop' as never, tool: 'bump', args: {} });
  await page.getByText('bumped 1 times').waitFor();
  await page.getByText('Following; read twice').or(page.getByText('Following; read 2 times')).waitFor();

  await go('/tools/workshop/tools');
  await page.getByRole('button', { name: /^sound/ }).click();
  await page.getByRole('button', { name: 'Call tool' }).click();
  const sound = page.getByLabel('Sound from the tool');
  await sound.waitFor();
  await eventually(() => sound.evaluate((element) => (element as HTMLAudioElement).duration)).toBeCloseTo(0.25, 2);

  await go('/tools/workshop/prompts');
  await page.getByRole('button', { name: /^plan/ }).click();
  await page.getByRole('button', { name: 'Get prompt' }).click();
  await page.getByRole('button', { name: 'Use in chat' }).click();
  await eventually(() => page.evaluate(() => location.hash)).toContain('/chat');
  // As the server's words, not as the person's own.
  const added = page.getByRole('region', { name: 'Attached' });
  await added.getByRole('button', { expanded: false }).click();
  await added.getByText('Plan my day, gently.').waitFor();
  expect(await page.locator('main textarea').first().inputValue()).toBe('');
});

test('a registry that gives its files out from another host: one button allows it and starts the server', async () => {
  const here = (url: string) => url.replace('127.0.0.1', 'localhost');
  const registry = await npmRegistry(path.join(folder, 'far'), [{ name: '@planted/far', version: '1.0.0' }], { tarballs: here });
  try {
    const { host } = new URL(here(registry.url));
    const env = { npm_config_registry: registry.url, npm_config_replace_registry_host: 'never' };
    const config = { mcpServers: { far: { command: 'npx', args: ['-y', '@planted/far'], env } } };
    const before = await ids();
    await go('/tools/+/paste');
    await page.getByRole('textbox', { name: 'Or paste one' }).fill(JSON.stringify(config));
    await page.getByRole('button', { name: 'Look at it' }).click();
    await looked(before);
    await page.getByRole('button', { name: 'Add and start' }).click();
    const allow = page.getByRole('button', { name: `Allow ${host} and start it` });
    await allow.waitFor();
    await page.getByText(`gives files out from ${host}`).first().waitFor();
    await keepPicture(page, 'tools-allow-host');
    await allow.click();
    await eventually(stateOf('far')).toBe('ready');
    await allow.waitFor({ state: 'detached' });
    expect((await attached.client.settings.get()).allowedHosts).toEqual(['*', host]);
    // It is in the list of Settings, with its port, and goes from there.
    await go('/settings/network');
    await page.getByRole('button', { name: `Remove ${host}` }).click();
    await eventually(async () => (await attached.client.settings.get()).allowedHosts).toEqual(['*']);
  } finally {
    await registry.close();
  }
});

test('one that was set aside is let go from its page', async () => {
  const config = (await children()).find((each) => each.id === 'workshop')?.config;
  if (config?.reach === undefined) throw new Error('It has no reach.');
  await attached.client.tools.updateServer({ config: { ...config, reach: { ...config.reach, sandbox: 'off' } } });
  await attached.client.tools.call({ server: 'workshop' as never, tool: 'crowd', args: {} }).catch(() => undefined);
  await go('/tools/workshop');
  await page.getByText('It was set aside and does not start until you let it.').waitFor();
  await page
    .getByText(/more than 256 processes/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Release and start' }).click();
  await eventually(stateOf('workshop')).toBe('ready');
  await page.getByText('It was set aside and does not start until you let it.').waitFor({ state: 'detached' });
});
