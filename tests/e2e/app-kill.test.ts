// kill -9 of the whole host while an approval waits in chat and while a workflow runs, and a new one on the same folder and
// port: what waited still waits, answering it goes on, and no completed step is done again.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Attached } from '../../electron/wires/attach.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import { attach, launchBrowser } from '../helpers/demo-host.ts';
import { type HeadlessHost, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';
import { addEverything, giveEveryAgent, startChatModel } from '../helpers/scripted-chat.ts';
import type { ScriptedOllama } from '../helpers/scripted-ollama.ts';
import { type App, builtApp, eventually, keepPicture, openApp, pictureOfFailure } from './app-kit.ts';

const home = temporaryFolder('kill');
const dataFolder = path.join(home, 'data');
const notes = path.join(home, 'Notes');
let port = 0;
let browser: Browser;
let host: HeadlessHost;
let attached: Attached;
let ollama: ScriptedOllama;
let app: App;
/** Of the page, since it was opened. */
let loads = 0;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

async function start(): Promise<void> {
  host = await startHost({ dataFolder, args: ['--port', String(port)] });
  attached = await attach(host);
}

/** SIGKILL; the page is left as it is. */
async function kill(): Promise<void> {
  attached.close();
  await host.kill('SIGKILL');
}

/** A new host on the same folder and port prints the same address, and the open page comes back by itself. */
async function comeBack(): Promise<void> {
  const { page } = app;
  const { address } = host;
  const away = page.getByText(/connection to the host was lost|does not answer|did not let this page in/);
  await away.first().waitFor();
  await start();
  expect(host.address).toBe(address);
  await eventually(() => away.count()).toBe(0);
  expect(loads).toBe(0);
}

beforeAll(async () => {
  await builtApp();
  port = await freePort();
  await start();
  ollama = await startChatModel(attached.client, (request) => {
    const told = request.messages.filter((message) => message.role === 'tool');
    if (told.length > 0) return { text: `It answered: ${told[0]?.content}` };
    const name = request.tools?.map((tool) => tool.function.name).find((each) => each.endsWith('echo')) ?? 'echo';
    return { text: 'I ask the echo.', toolCalls: [{ name, arguments: { message: 'still here' } }] };
  });
  await addEverything(attached.client);
  browser = await launchBrowser();
  app = await openApp(browser, host);
  app.page.on('load', () => {
    loads += 1;
  });
});
afterEach(pictureOfFailure('kill', () => app.page));
afterAll(async () => {
  await browser?.close();
  attached?.close();
  await host?.kill();
  await ollama?.close();
  removeFolder(home);
});

const thread = (): Locator => app.page.getByRole('log', { name: 'Messages' });
const count = (text: string, part: string): number => text.split(part).length - 1;

test('kill -9 while an approval waits: it still waits, and answering it finishes the turn', async () => {
  const { page } = app;
  await eventually(async () => (await attached.client.tools.listServers()).find((each) => each.id === 'everything')?.state).toBe('ready');
  await giveEveryAgent(attached.client, ['everything.*']);
  await app.go('/chat');
  const composer = page.getByRole('textbox', { name: /^Message / });
  await composer.fill('Ask the echo, please.');
  await composer.press('Enter');
  const dont = page.getByRole('button', { name: 'Don’t' });
  await dont.waitFor();
  const chatsBefore = ollama.chats.length;

  await kill();
  await comeBack();
  await eventually(() => dont.count()).toBe(1);
  const card = page.getByRole('region', { name: /\?$/ }).filter({ has: dont });
  await eventually(() => card.innerText()).toMatch(/everything\.echo[\s\S]*message\s+still here/);
  await keepPicture(page, 'kill-approval-still-there');
  await card.locator('.ask-actions').getByRole('button').first().click();
  await thread()
    .getByText(/It answered: .*still here/)
    .waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();

  const text = await thread().innerText();
  expect(count(text, 'Ask the echo, please.')).toBe(1);
  expect(count(text, 'I ask the echo.')).toBe(1);
  expect(count(text, 'It answered:')).toBe(1);
  // The first model call was complete: it is read from the journal, not made again.
  expect(ollama.chats.length - chatsBefore).toBe(1);
});

const slow: WorkflowDocument = {
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Slow and steady',
  description: '',
  nodes: [
    { id: 'folder', kind: 'flow.input', version: 1, position: { x: 0, y: 0 }, config: { name: 'folder', type: 'folder', required: true } },
    {
      id: 'first',
      kind: 'data.write-file',
      version: 1,
      position: { x: 240, y: 0 },
      config: { path: '{{ input }}/first.txt', text: 'first' },
    },
    { id: 'wait', kind: 'flow.delay', version: 1, position: { x: 480, y: 0 }, config: { seconds: 6 } },
    {
      id: 'last',
      kind: 'data.write-file',
      version: 1,
      position: { x: 720, y: 0 },
      config: { path: '{{ vars.folder }}/last.txt', text: 'last' },
    },
  ],
  edges: [
    { id: 'a', from: { node: 'folder', port: 'out' }, to: { node: 'first', port: 'in' } },
    { id: 'b', from: { node: 'first', port: 'out' }, to: { node: 'wait', port: 'in' } },
    { id: 'c', from: { node: 'wait', port: 'out' }, to: { node: 'last', port: 'in' } },
  ],
} as never;

test('kill -9 while a workflow runs: it goes on where it was, and no completed step is done again', async () => {
  const { page } = app;
  mkdirSync(notes, { recursive: true });
  const workflow = await attached.client.workflows.create({ document: slow });
  await app.go(`/workflows/${workflow.id}`);
  await page.locator('.wf-editor header').getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox').first().fill(notes);
  await form.getByRole('button', { name: 'Run' }).click();
  const card = (id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"] .wf-card`);
  await eventually(() => card('first').getAttribute('data-state')).toBe('done');
  await eventually(() => card('wait').getAttribute('data-state')).toMatch(/running|waiting/);
  // Whoever wrote it again would put the old text back.
  writeFileSync(path.join(notes, 'first.txt'), 'changed by a person');

  await kill();
  await comeBack();
  const dock = page.getByRole('region', { name: 'Timeline of the run' });
  await dock.getByText('Done', { exact: true }).waitFor({ timeout: 30_000 });
  for (const id of ['folder', 'first', 'wait', 'last']) expect(await card(id).getAttribute('data-state'), id).toBe('done');
  expect(readFileSync(path.join(notes, 'first.txt'), 'utf8')).toBe('changed by a person');
  expect(readFileSync(path.join(notes, 'last.txt'), 'utf8')).toBe('last');

  const [run] = await attached.client.runs.list({ workflow: workflow.id, limit: 10, query: '' });
  if (run === undefined) throw new Error('The run is gone.');
  const { events } = await attached.client.runs.get({ id: run.id });
  for (const id of ['folder', 'first', 'last']) {
    expect(
      events.filter(({ event }) => event.type === 'step-done' && event.step === id),
      id,
    ).toHaveLength(1);
    const starts = events.filter(({ event }) => event.type === 'step-start' && event.step === id);
    expect(starts.length, `${id} was started`).toBeLessThanOrEqual(1);
  }
  await keepPicture(page, 'kill-run-went-on');
});

test('it said that the connection was lost, and asked nobody but the host', () => {
  expect(app.strays).toEqual([]);
});
