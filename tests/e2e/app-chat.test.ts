// Chat in a real browser, with the scripted Ollama and a tool of the real npm server `server-everything`: it asks first, with
// exactly what will be called, and a page that is loaded again midway has lost nothing and doubled nothing.

import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addEverything, giveEveryAgent, startChatModel } from '../helpers/scripted-chat.ts';
import type { OllamaChatRequest, OllamaReply, ScriptedOllama } from '../helpers/scripted-ollama.ts';
import { type App, type DemoApp, eventually, keepPicture, pictureOfFailure, startDemoApp } from './app-kit.ts';

const gate = () => {
  let open = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { until, open: () => open() };
};
/** Each text piece can be told from the others, so that a lost or doubled one shows. */
const pieces = Array.from({ length: 12 }, (_, index) => `piece-${String(index).padStart(2, '0')} `).join('');
const gates = { stream: gate(), stop: gate() };
let retries = 0;

function reply(request: OllamaChatRequest): OllamaReply {
  const lastUser = request.messages.findLastIndex((message) => message.role === 'user');
  const asked = request.messages[lastUser]?.content ?? '';
  const results = request.messages.slice(lastUser).filter((message) => message.role === 'tool');
  if (/echo/i.test(asked)) {
    if (results.length > 0) return { text: `The tool said: ${results[0]?.content}` };
    const name = request.tools?.map((tool) => tool.function.name).find((each) => each.endsWith('echo')) ?? 'echo';
    return { text: 'I shall echo that.', toolCalls: [{ name, arguments: { message: 'Grüße <b>from</b> the test' } }] };
  }
  if (/stream/i.test(asked)) return { text: pieces, chunks: 12, holdAt: { chunk: 6, until: gates.stream.until } };
  if (/endless/i.test(asked)) return { text: `${pieces}never-said`, chunks: 13, holdAt: { chunk: 5, until: gates.stop.until } };
  if (/again/i.test(asked)) {
    retries += 1;
    return { text: `Answer number ${retries}.` };
  }
  return { text: `You said “${asked}”.` };
}

let demo: DemoApp;
let ollama: ScriptedOllama;
let app: App;

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1280, height: 800 });
  app = demo.app;
});
afterEach(pictureOfFailure('chat', () => app.page));
afterAll(async () => {
  gates.stream.open();
  gates.stop.open();
  await demo?.close();
  await ollama?.close();
});

const thread = (): Locator => app.page.getByRole('log', { name: 'Messages' });
const composer = (): Locator => app.page.getByRole('textbox', { name: /^Message / });
const threadText = (): Promise<string> => thread().innerText();
const count = (text: string, part: string): number => text.split(part).length - 1;
const idle = () => app.page.getByRole('button', { name: 'Send', exact: true }).waitFor();

async function say(text: string, isNew = true): Promise<void> {
  const { page } = app;
  if (isNew) {
    await app.go('/chat');
    await page.getByRole('heading', { name: /^What should .* do\?$/ }).waitFor();
  }
  await composer().fill(text);
  await composer().press('Enter');
  await thread().getByText(text, { exact: true }).first().waitFor();
}

test('without a model it says so, and what to do next', async () => {
  const { page } = app;
  await demo.attached.client.settings.change({
    providers: [{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: 'http://127.0.0.1:9', enabled: true }],
  });
  await app.go('/chat');
  await page.getByText('Ollama does not answer').waitFor();
  await page.getByText(/Nothing answers at http:\/\/127\.0\.0\.1:9.*Install Ollama and start it/).waitFor();
  await page.getByRole('button', { name: 'Open Settings › Models' }).waitFor();
  await keepPicture(page, 'chat-no-model');
  // And one sent all the same fails in words, and stays there to be sent again.
  await say('Is anybody there?');
  await page.getByRole('alert').getByRole('button', { name: 'Retry' }).waitFor();
  await eventually(() => page.getByRole('alert').first().innerText()).toMatch(/Ollama|model|answer/);
});

test('when the model is there, the same page notices and answers', async () => {
  const { page } = app;
  const { client } = demo.attached;
  ollama = await startChatModel(client, reply);
  const id = await addEverything(client);
  await eventually(async () => (await client.tools.listServers()).find((each) => each.id === id)?.state).toBe('ready');
  await giveEveryAgent(client, ['everything.*']);
  await page.getByRole('alert').getByRole('button', { name: 'Retry' }).click();
  await thread().getByText('You said “Is anybody there?”.').waitFor();
  expect(count(await threadText(), 'Is anybody there?')).toBe(2);
});

test('a tool of a real server is asked for with its exact arguments; loaded again while it waits; then it runs once', async () => {
  const { page } = app;
  await say('Please echo something.');
  const card = page.getByRole('region', { name: /\?$/ }).filter({ has: page.getByRole('button', { name: 'Don’t' }) });
  await card.waitFor();
  const shown = async (): Promise<void> => {
    const text = await card.innerText();
    expect(text).toContain('everything.echo');
    expect(text).toMatch(/message\s+Grüße <b>from<\/b> the test/);
    expect(text).toMatch(/For this chat[\s\S]*Always[\s\S]*Don’t/);
  };
  await shown();
  await keepPicture(page, 'chat-approval');

  await page.reload();
  await card.waitFor();
  await shown();
  await eventually(() => card.count()).toBe(1);
  expect(count(await threadText(), 'I shall echo that.')).toBe(1);
  expect(count(await threadText(), 'Please echo something.')).toBe(1);

  await card.locator('.ask-actions').getByRole('button').first().click();
  await thread()
    .getByText(/The tool said: .*Grüße/)
    .waitFor();
  await idle();
  await eventually(() => card.count()).toBe(0);
  const text = await threadText();
  expect(count(text, 'everything.echo')).toBe(1);
  expect(count(text, 'The tool said:')).toBe(1);
  // The model was told the tool's answer exactly once.
  const told = ollama.chats.at(-1)?.messages.filter((message) => message.role === 'tool') ?? [];
  expect(told).toHaveLength(1);
  await thread()
    .getByRole('button', { name: /everything\.echo/ })
    .click();
  await thread().getByText('Grüße <b>from</b> the test').first().waitFor();
  await keepPicture(page, 'chat-tool-called');
});

test('a page loaded again while the text streams has every piece once, and ends with the rest', async () => {
  const { page } = app;
  const before = ollama.chats.length;
  await say('Please stream slowly.');
  await thread().getByText('piece-05').waitFor();
  await page.reload();
  await thread().getByText('piece-05').waitFor();
  expect(await threadText()).not.toContain('piece-06');
  gates.stream.open();
  await thread().getByText('piece-11').waitFor();
  await idle();
  const text = await threadText();
  for (let index = 0; index < 12; index += 1) expect(count(text, `piece-${String(index).padStart(2, '0')}`), `piece ${index}`).toBe(1);
  expect(count(text, 'Please stream slowly.')).toBe(1);
  expect(ollama.chats.length - before).toBe(1);
});

test('stop keeps what was said, and the model is left', async () => {
  const { page } = app;
  const aborted = ollama.aborted;
  await say('Tell an endless story.');
  await thread().getByText('piece-04').waitFor();
  await page.getByRole('button', { name: 'Stop the answer' }).click();
  await page.getByText('You stopped this answer.').waitFor();
  await ollama.whenAborted(aborted + 1);
  const text = await threadText();
  expect(text).toContain('piece-04');
  expect(text).not.toContain('never-said');
  await page.reload();
  await page.getByText('You stopped this answer.').waitFor();
  expect(await threadText()).toContain('piece-04');
});

test('“Don’t” is told to the model, and the tool is not called', async () => {
  const { page } = app;
  await say('Echo it once more.');
  await page.getByRole('button', { name: 'Don’t' }).click();
  await idle();
  const told = ollama.chats.at(-1)?.messages.findLast((message) => message.role === 'tool')?.content ?? '';
  expect(told).toMatch(/not allow|refus|denied|declin|said no/i);
  expect(told).not.toContain('Echo: Grüße');
  const step = thread().getByRole('button', { name: /everything\.echo/ });
  await eventually(() => step.innerText()).toContain('everything.echo');
  await eventually(() => thread().locator('.chat-step[data-state="denied"]').count()).toBe(1);
});

test('an answer is made again in its place', async () => {
  await say('Say it again and again.');
  await thread().getByText('Answer number 1.').waitFor();
  await idle();
  await thread().getByRole('button', { name: 'Answer again' }).click();
  await thread().getByText('Answer number 2.').waitFor();
  await idle();
  const text = await threadText();
  expect(text).not.toContain('Answer number 1.');
  expect(count(text, 'Say it again and again.')).toBe(1);
});

test('a message is changed and sent again; what came after it is replaced', async () => {
  const { page } = app;
  await say('My cat is called Miezi.');
  await thread().getByText('You said “My cat is called Miezi.”.').waitFor();
  await idle();
  await composer().press('ArrowUp');
  const editor = page.getByRole('textbox', { name: 'Edit and send again' });
  await editor.fill('My cat is called Tiger.');
  await page.getByRole('button', { name: 'Send again' }).click();
  await thread().getByText('You said “My cat is called Tiger.”.').waitFor();
  await idle();
  expect(await threadText()).not.toContain('Miezi');
  expect(ollama.chats.at(-1)?.messages.some((message) => message.content.includes('Miezi'))).toBe(false);
});

test('search finds a conversation by what was said in it', async () => {
  const { page } = app;
  await page.getByRole('textbox', { name: 'Search chats' }).fill('Tiger');
  const list = page.getByRole('navigation', { name: 'Conversations' });
  await eventually(() => list.getByRole('link').count()).toBe(1);
  await list.getByRole('link').first().click();
  await thread().getByText('You said “My cat is called Tiger.”.').waitFor();
  await page.getByRole('textbox', { name: 'Search chats' }).fill('zebra-crossing');
  await page.getByText('No chat holds these words.').waitFor();
});

test('all of it wrote no error to the console and asked nobody but the host', () => {
  expect(app.problems).toEqual([]);
  expect(app.strays).toEqual([]);
});
