// What a tool server lacks or wants more of, as a person meets it: a folder outside its sandbox, tokens above its budget, a secret that
// is deleted while it runs, a bundle that is not whole.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attached } from '../../electron/wires/attach.ts';
import type { SecretName, ServerId } from '../../shared/model/ids.ts';
import { launchBrowser } from '../helpers/demo-host.ts';
import { type HeadlessHost, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';
import { everythingFile, startChatModel } from '../helpers/scripted-chat.ts';
import type { ScriptedOllama } from '../helpers/scripted-ollama.ts';
import { type App, builtApp, eventually, keepPicture, openApp, startPersonHost } from './app-kit.ts';

// Ends at once where it does not see its folder. Its tool, which says nothing of what it may change, asks who borrows.
const library = `
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
readdirSync(process.env.BOOKS);
const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const answer = (id, result) => say({ id, result });
const requestedSchema = { type: 'object', properties: { who: { type: 'string', title: 'Who borrows it' } }, required: ['who'] };
let call;
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (id === 'asked') answer(call, { content: [{ type: 'text', text: 'Lent to ' + result.content?.who }] });
  else if (method === 'initialize')
    answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'library', version: '1' } });
  else if (method === 'tools/list') answer(id, { tools: [{ name: 'lend', inputSchema: { type: 'object' } }] });
  else if (method === 'tools/call') {
    call = id;
    say({ id: 'asked', method: 'elicitation/create', params: { message: 'Who borrows it?', requestedSchema } });
  }
});
`;
const reach = { sandbox: 'on' as const, folders: [], hosts: [], roots: [], samplingTokens: 0 };

let folder: string;
let host: HeadlessHost;
let attached: Attached;
let ollama: ScriptedOllama;
let browser: Browser;
let app: App;
let page: Page;
const books = (): string => path.join(folder, 'books');
const serverNow = async (id: string) => (await attached.client.tools.listServers()).find((each) => each.id === id);

/** Both themes, for whoever looks at them. */
async function pictures(name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForTimeout(300);
    await keepPicture(page, `${name}-${theme}`);
  }
}

beforeAll(async () => {
  await builtApp();
  folder = temporaryFolder('asks');
  for (const each of ['home', 'books', 'library']) mkdirSync(path.join(folder, each));
  writeFileSync(path.join(folder, 'library/library.mjs'), library);
  ({ host, attached } = await startPersonHost(folder));
  const { client } = attached;
  ollama = await startChatModel(client, () => ({ text: 'A poem.', usage: { prompt: 20, eval: 5 } }));
  await client.vault.set({ name: 'POEMS_KEY' as SecretName, value: 'k-1234567890', note: 'of the poems' });
  await client.tools.addServer({
    config: {
      id: 'poems' as ServerId,
      title: 'Poems',
      command: process.execPath,
      args: [everythingFile],
      env: { API_KEY: { secret: 'POEMS_KEY' as SecretName } },
      enabled: true,
      reach: { ...reach, samplingTokens: 60 },
    },
  });
  await client.tools.addServer({
    config: {
      ...{ id: 'library' as ServerId, title: 'Library', command: process.execPath, args: [path.join(folder, 'library/library.mjs')] },
      ...{ env: { BOOKS: { text: books() } }, enabled: true, reach },
    },
  });
  browser = await launchBrowser();
  app = await openApp(browser, host);
  page = app.page;
});
afterAll(async () => {
  await browser?.close();
  attached?.close();
  await host?.kill();
  await ollama?.close();
  removeFolder(folder);
});

test('a folder that its sandbox does not show is given by a button, and it starts', async (context) => {
  const failed = await serverNow('library');
  if (failed?.state === 'ready') context.skip('There is no sandbox on this machine.');
  expect(failed?.failure).toMatchObject({ cause: 'sandbox', wantsFolder: { path: books(), write: false } });
  await app.go('/tools/library');
  const button = page.getByRole('button', { name: `Let it read ${books()} and start it` });
  await button.waitFor();
  await pictures('asks-folder');
  await button.click();
  await page.getByRole('button', { name: 'Restart' }).waitFor();
  expect((await serverNow('library'))?.config?.reach?.folders).toEqual([{ path: books(), write: false }]);
});

test('above its budget for models it asks, and the budget is raised from there', async () => {
  const outcome = attached.client.tools.call({
    ...{ server: 'poems' as ServerId, tool: 'trigger-sampling-request', args: { prompt: 'Write a poem about the sea', maxTokens: 100 } },
  });
  outcome.catch(() => undefined);
  await app.go('/inbox');
  await page
    .getByRole('heading', { name: /^Allow “Poems” up to 1\d\d more tokens of ollama\/scripted:8b\?$/ })
    .first()
    .waitFor();
  await page.getByText('0 of 60 tokens').first().waitFor();
  await pictures('asks-budget');
  await page.getByRole('button', { name: 'Raise the budget' }).click();
  expect(JSON.stringify(await outcome)).toContain('A poem.');
  const poems = await serverNow('poems');
  expect([poems?.config?.reach?.samplingTokens ?? 0, poems?.state]).toEqual([expect.any(Number), 'ready']);
  expect(poems?.config?.reach?.samplingTokens).toBeGreaterThan(100);
});

test('what a tool asks while it is called stands on its page, with no dialog before it', async () => {
  await app.go('/tools/library/tools');
  await page.getByRole('button', { name: /^lend/ }).click();
  await page.getByRole('button', { name: 'Call tool' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Call tool' }).click();
  await page.getByRole('textbox', { name: /^Who borrows it/ }).fill('Anna');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Lent to Anna').waitFor();
});

test('deleting a secret says which servers it stops, and stops them', async () => {
  await app.go('/vault');
  await page.getByText('POEMS_KEY').first().click();
  await page.getByRole('button', { name: 'Delete', exact: true }).first().click();
  await page.getByText('1 tool server was given it and will be stopped: Poems.').waitFor();
  await pictures('asks-secret');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await eventually(async () => (await serverNow('poems'))?.failure?.cause).toBe('missing-secret');
});
