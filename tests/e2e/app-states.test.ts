// What a person does on the other pages, in a real browser on the real host: answers a question, keeps secrets, memories and
// agents, adds a tool server that fails, uses the terminal and the palette; and what is said when the host or its data is gone.

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cliFile, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';
import { type App, type DemoApp, eventually, keepPicture, pictureOfFailure, startDemoApp } from './app-kit.ts';

const home = temporaryFolder('states');
let demo: DemoApp;
let app: App;

beforeAll(async () => {
  demo = await startDemoApp('usual', { width: 1280, height: 800 });
  app = demo.app;
  await app.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: demo.host.origin });
});
afterEach(pictureOfFailure('states', () => app.page));
afterAll(async () => {
  await demo?.close();
  removeFolder(home);
});

test('a question is answered through its form, and the run goes on', async () => {
  const { page } = app;
  const open = await demo.attached.client.inbox.list({ status: 'open', limit: 100 });
  const item = open.find(({ request }) => request.kind === 'question' && request.question.startsWith('Save this note?'));
  if (item === undefined) throw new Error('No run waits with that question.');
  await app.go(`/inbox/${item.id}`);
  const form = page.getByRole('region', { name: 'The chosen question' });
  await form
    .getByText(/Save this note\?/)
    .first()
    .waitFor();
  const name = form.getByLabel('File name');
  await name.fill('not/allowed');
  await form.getByRole('button', { name: 'Save it' }).click();
  await form.getByRole('alert').first().waitFor();
  expect((await demo.attached.client.inbox.list({ status: 'open', limit: 100 })).some(({ id }) => id === item.id)).toBe(true);
  await name.fill('from the inbox');
  await form.getByRole('button', { name: 'Save it' }).click();
  await eventually(async () => {
    const runs = await demo.attached.client.runs.list({ limit: 50, query: '' });
    return runs.find(({ id }) => id === item.run)?.status;
  }).toBe('done');
  expect(readFileSync(path.join(demo.demo?.notes ?? '', 'from the inbox.md'), 'utf8')).toContain('Ask Northwind for the revised offer.');
});

test('a secret is set, listed, replaced and deleted; its value never comes back to the page', async () => {
  const { page } = app;
  const first = 'first-value-8d1f55c2';
  const second = 'second-value-77ae09b4';
  await app.go('/vault');
  await page.getByRole('button', { name: 'Add a secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('TEST_TOKEN');
  await dialog.getByLabel('Value', { exact: true }).first().fill(first);
  await dialog.getByLabel('Note').fill('for the test');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'TEST_TOKEN' });
  await row.waitFor();

  await row.getByRole('button', { name: 'More for TEST_TOKEN' }).click();
  await page.getByRole('menuitem', { name: 'Replace the value' }).click();
  await dialog.getByRole('textbox').or(dialog.locator('input[type="password"]')).first().fill(second);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('TEST_TOKEN has its new value').first().waitFor();
  await keepPicture(page, 'vault');

  await page.reload();
  await row.waitFor();
  const dom = await page.content();
  for (const value of [first, second]) {
    expect(dom).not.toContain(value);
    expect(app.sent.filter((frame) => frame.includes(value))).toHaveLength(1);
    expect(app.received.filter((frame) => frame.includes(value))).toEqual([]);
  }
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(first);

  await row.getByRole('button', { name: 'More for TEST_TOKEN' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  // What lies behind an open dialog cannot be found by its role.
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  expect((await demo.attached.client.vault.list()).some(({ name }) => name === 'TEST_TOKEN')).toBe(false);
});

test('the vault is locked and opened with its passphrase; a wrong one is refused with words', async ({ skip }) => {
  const { page } = app;
  await app.go('/vault');
  const status = await demo.attached.client.vault.getStatus();
  skip(status.protection !== 'passphrase', 'this machine has a keychain, which opens the vault by itself');
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByText(/^Locked/).waitFor();
  const field = page.getByRole('textbox', { name: 'Passphrase' }).or(page.locator('input[type="password"]')).first();
  await field.fill('not the passphrase');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('alert').first().waitFor();
  await field.fill('a passphrase for the demo');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Lock', exact: true }).waitFor();
});

test('something is remembered, found, changed and forgotten', async () => {
  const { page } = app;
  await app.go('/memory');
  await page.getByRole('button', { name: 'Remember something' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill('The harbour master is called Jonna Quist.');
  await dialog.getByLabel('Tags').fill('people, harbour');
  await dialog.getByRole('button', { name: 'Remember' }).click();
  const search = page.getByRole('textbox', { name: 'Search memory' });
  await search.fill('Jonna');
  const row = page.getByRole('button', { name: /The harbour master is called Jonna Quist/ });
  await row.click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Text').fill('The harbour master is called Jonna Quist-Berg.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The harbour master is called Jonna Quist-Berg.').first().waitFor();
  await page.getByRole('button', { name: 'Forget' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Forget' }).click();
  await page.getByText('Nothing found for “Jonna”').waitFor();
  await search.fill('');
});

test('an agent is made and changed', async () => {
  const { page } = app;
  await app.go('/agents/new');
  await page.getByRole('heading', { name: 'New agent' }).waitFor();
  await page.getByRole('button', { name: 'Create agent' }).click();
  await page.getByText('Give it a name.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Archivist');
  await page.getByLabel('Character').fill('You keep what is old.');
  await page.getByRole('button', { name: 'Create agent' }).click();
  await page.getByRole('heading', { name: 'Archivist' }).waitFor();
  await page.getByLabel('Steps in one turn').fill('12');
  // The message that it was created does not lie over the button that saves.
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await save.waitFor();
  expect(
    await save.evaluate((button) => {
      const box = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
    }),
  ).toBe(true);
  await save.click();
  await page.getByText('Not saved yet').first().waitFor({ state: 'hidden' });
  const made = (await demo.attached.client.agents.list()).find(({ name }) => name === 'Archivist');
  expect(made).toMatchObject({ character: 'You keep what is old.', maxSteps: 12 });
});

test('a tool server that cannot start says the true cause', async () => {
  const { page } = app;
  const add = async (title: string, command: string, args: string): Promise<void> => {
    await app.go('/tools');
    await page.getByRole('button', { name: 'Add tool server' }).click();
    await page.getByRole('tab', { name: 'By hand' }).click();
    const form = page.getByRole('form', { name: 'By hand' });
    await form.getByLabel(/^Name/).first().fill(title);
    await form.getByLabel(/^Command/).fill(command);
    await form.getByLabel(/^Arguments/).fill(args);
    await form.getByRole('button', { name: 'Add and start' }).click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  };
  await add('Nowhere', 'no-such-program-anywhere', '');
  await page.getByText('program not found').first().waitFor();
  await eventually(() => page.locator('.tools-failure').innerText()).toContain('no-such-program-anywhere');
  await add('Leaves', process.execPath, "-e\nconsole.error('the port is taken'); process.exit(7)");
  await page.locator('.tools-failure').getByText(/7/).first().waitFor();
  await keepPicture(page, 'tools-failure');
  await page.getByRole('button', { name: 'Open the full log' }).click();
  await page.getByRole('log').getByText('the port is taken').first().waitFor();
  await app.go('/tools/files');
  await page.getByRole('heading', { name: /Files/i, level: 1 }).waitFor();
  await page.getByText('running').first().waitFor();
});

test('the terminal runs a command; titles and clipboard writes of a program have no effect', async () => {
  const { page } = app;
  await page.evaluate(() => navigator.clipboard.writeText('untouched'));
  await app.go('/terminal');
  const screen = page.getByRole('region', { name: 'Terminal' });
  await screen.locator('.xterm').waitFor();
  const lines = (): Promise<string> =>
    screen
      .locator('.xterm-rows')
      .innerText()
      .then((text) => text.replaceAll('\u00a0', ' '));
  await eventually(lines).toMatch(/[$#%>]/);
  await page.keyboard.type("printf '%s-%s\\n' hello orrery\n");
  await eventually(lines).toContain('hello-orrery');
  const title = await page.title();
  await page.keyboard.type(
    "printf '\\033]0;stolen title\\007\\033]52;c;c3RvbGVu\\007\\033]8;;https://evil.test\\033\\\\linked\\033]8;;\\033\\\\ aft%s\\n' er\n",
  );
  await eventually(lines).toContain('linked after');
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('untouched');
  await keepPicture(page, 'terminal');
});

test('the theme changes at once and stays', async () => {
  const { page } = app;
  const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset.theme);
  await app.go('/settings/general');
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await eventually(theme).toBe('dark');
  // The ground is really dark, not only said to be.
  const brightest = (): Promise<number> =>
    page.evaluate(() => Math.max(...(getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).slice(0, 3).map(Number)));
  await eventually(brightest).toBeLessThan(80);
  await page.reload();
  await eventually(theme).toBe('dark');
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'System' }).click();
  await eventually(theme).toBe('light');
});

test('the palette opens with its keys, finds a workflow and runs commands', async () => {
  const { page } = app;
  await app.go('/runs');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await palette.waitFor();
  await page.keyboard.type('ask before');
  await palette
    .getByRole('option', { name: /Ask before saving/ })
    .first()
    .waitFor();
  await eventually(() => palette.getByRole('option', { selected: true }).innerText()).toContain('Ask before saving');
  await page.keyboard.press('Enter');
  await page.getByLabel('Graph of “Ask before saving”').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('vault');
  await eventually(() => palette.getByRole('option', { selected: true }).innerText()).toContain('Vault');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Vault', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
});

test('nothing so far wrote an error to the console or asked anybody but the host', () => {
  expect(app.problems).toEqual([]);
  expect(app.strays).toEqual([]);
});

describe('when the data cannot be used', () => {
  const serve = (folder: string, asNobody = false): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [cliFile, 'serve', '--port', '0', '--data', folder],
        { timeout: 30_000, ...(asNobody ? { uid: 65_534, gid: 65_534, env: { ...process.env, HOME: '/nonexistent' } } : {}) },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr }),
      );
    });

  test('a damaged database is refused with words, and no empty one takes its place', async () => {
    const folder = path.join(home, 'damaged');
    const host = await startHost({ dataFolder: folder });
    await host.kill();
    const files = readdirSync(folder).filter((name) => name === 'orrery.db');
    expect(files).toHaveLength(1);
    const file = path.join(folder, files[0] ?? '');
    const bytes = readFileSync(file);
    bytes.fill(0x41, 0, 4096);
    writeFileSync(file, bytes);
    const { code, stdout, stderr } = await serve(folder);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/database is damaged/i);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('a folder that cannot be written is refused with words, and nothing is made elsewhere', async () => {
    const folder = path.join(home, 'read-only');
    mkdirSync(folder);
    chmodSync(home, 0o755);
    chmodSync(folder, 0o555);
    const { code, stdout, stderr } = await serve(folder, process.getuid?.() === 0);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/cannot be written|not writable|read-only/i);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(path.join(home, 'read-only', 'orrery.db'))).toBe(false);
  });
});

test('when the host is gone, the page says so and keeps what it shows', async () => {
  const { page } = app;
  await app.go('/runs');
  await page
    .getByText(/Run \d+/)
    .first()
    .waitFor();
  await demo.host.kill('SIGKILL');
  await page
    .getByText(/connection to the host was lost|The host does not answer/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Try now' }).waitFor();
  await eventually(() => page.getByText(/Run \d+/).count()).toBeGreaterThan(0);
  await keepPicture(page, 'host-gone');
});
