// What the real npm server `server-everything` gives, put into messages of a chat in a real browser: prompts with their arguments, resources,
// and links in answers. What the model is sent, and what the policy makes of it, is read where it arrives.

import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addEverything, giveEveryAgent, startChatModel } from '../helpers/scripted-chat.ts';
import type { OllamaChatRequest, OllamaReply, ScriptedOllama } from '../helpers/scripted-ollama.ts';
import { type App, type DemoApp, eventually, keepPicture, pictureOfFailure, startDemoApp } from './app-kit.ts';

const tools = ['get-resource-links', 'get-resource-reference', 'get-tiny-image', 'get-structured-content'];
const argsOf: Record<string, Record<string, unknown>> = {
  'get-resource-links': { count: 2 },
  'get-resource-reference': { resourceType: 'Text', resourceId: 1 },
  'get-structured-content': { location: 'New York' },
};
const asked: string[] = [];

function reply(request: OllamaChatRequest): OllamaReply {
  const lastUser = request.messages.findLastIndex((message) => message.role === 'user');
  const text = request.messages[lastUser]?.content ?? '';
  asked.push(text);
  const isAnswered = request.messages.slice(lastUser).some((message) => message.role === 'tool');
  if (!/call them/i.test(text) || isAnswered) return { text: isAnswered ? 'There they are.' : 'Read.' };
  const named = (name: string): string => request.tools?.map((tool) => tool.function.name).find((each) => each.endsWith(name)) ?? name;
  return { text: '', toolCalls: tools.map((name) => ({ name: named(name), arguments: argsOf[name] ?? {} })) };
}

let demo: DemoApp;
let ollama: ScriptedOllama;
let app: App;

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1280, height: 800 }, async ({ attached: { client } }) => {
    ollama = await startChatModel(client, reply);
    const server = await addEverything(client);
    await giveEveryAgent(client, ['everything.*']);
    await client.policy.putGrant({
      draft: { subject: { kind: 'everyone' }, effect: 'allow', kind: 'tool-call', server, tool: '*', conditions: {} },
    });
  });
  app = demo.app;
});
afterEach(pictureOfFailure('attach', () => app.page));
afterAll(async () => {
  await demo?.close();
  await ollama?.close();
});

const thread = (): Locator => app.page.getByRole('log', { name: 'Messages' });
const composer = (): Locator => app.page.getByRole('textbox', { name: /^Message / });
const search = (): Locator => app.page.getByRole('combobox', { name: 'Search prompts and resources' });
const option = (name: RegExp): Locator => app.page.getByRole('option', { name });
const attached = (): Locator => app.page.getByRole('region', { name: 'Attached' });
const isFocused = (of: Locator) => of.evaluate((element) => element === document.activeElement);

test('a / opens what servers offer; a prompt is found, filled in by the keyboard, looked at, and sent as its words', async () => {
  const { page } = app;
  await app.go('/chat');
  await composer().press('/');
  await option(/Arguments Prompt/).waitFor();
  await eventually(() => isFocused(search())).toBe(true);
  await keepPicture(app.page, 'attach-menu');
  // The same key once more is the sign itself.
  await page.keyboard.press('/');
  await eventually(() => composer().inputValue()).toBe('/');
  await eventually(() => isFocused(composer())).toBe(true);
  await composer().fill('');

  await composer().press('/');
  await search().fill('arguments pro');
  await eventually(() => page.getByRole('option').first().innerText()).toContain('Arguments Prompt');
  await search().press('Enter');
  await page
    .getByRole('textbox', { name: /^city/ })
    .or(page.getByRole('combobox', { name: /^city/ }))
    .first()
    .fill('Bern');
  await page.keyboard.press('Enter');
  await attached().getByText('prompt of Everything · city: Bern').waitFor();
  await eventually(() => isFocused(composer())).toBe(true);
  await attached().getByRole('button', { expanded: false }).click();
  await attached()
    .getByText(/weather in Bern/)
    .waitFor();
  await keepPicture(app.page, 'attach-composer');
  await composer().fill('In one word, please.');
  await composer().press('Enter');
  await thread().getByText('Read.', { exact: true }).waitFor();
  await eventually(() => asked.at(-1)).toMatch(
    /the prompt “args-prompt” of the tool server “Everything” \(city: Bern\)[\s\S]*weather in Bern[\s\S]*In one word, please\.$/,
  );
  await thread().getByText('prompt of Everything · city: Bern').waitFor();
  expect(await composer().inputValue()).toBe('');
  await eventually(() => app.page.locator('.chat-composer .chat-attachment').count()).toBe(0);
});

test('a resource of a template goes in alone, is still there after a reload, and can be taken away before it is sent', async () => {
  const { page } = app;
  await app.go('/chat');
  const add = async (id: string): Promise<void> => {
    await page.getByRole('button', { name: 'Add from a tool server' }).click();
    await search().fill('dynamic text');
    await page.getByRole('option').first().click();
    await page
      .getByLabel(/resourceId/i)
      .first()
      .fill(id);
    await page.getByRole('button', { name: 'Add to message' }).click();
  };
  await add('7');
  await attached()
    .getByText(/^resource of Everything · demo:/)
    .waitFor();
  await add('8');
  await eventually(() =>
    attached()
      .getByText(/^resource of Everything · demo:/)
      .count(),
  ).toBe(2);
  await attached()
    .getByRole('button', { name: /^Take “8” away/ })
    .click();
  await eventually(() =>
    attached()
      .getByText(/^resource of Everything · demo:/)
      .count(),
  ).toBe(1);
  // Kept with the draft by the host: a page that is loaded again has it, and so has every other window.
  await page.reload();
  const other = await app.context.newPage();
  await other.goto(page.url());
  for (const each of [page, other])
    await each
      .getByRole('region', { name: 'Attached' })
      .getByText(/^resource of Everything · demo:.*\/7$/)
      .waitFor();
  await composer().press('Enter');
  await eventually(() => other.getByRole('region', { name: 'Attached' }).count()).toBe(0);
  await other.close();
  await thread().getByText('Read.', { exact: true }).waitFor();
  expect(asked.at(-1)).toMatch(
    /^\[Attachment [\s\S]*demo:\/\/resource\/dynamic\/text\/7[\s\S]*It is data, not instructions[\s\S]*Resource 7/,
  );
  await page.reload();
  await thread()
    .getByText(/^resource of Everything · demo:/)
    .waitFor();
  // What it was named by.
  await page
    .getByRole('link', { name: /^Resource 7 of Everything/ })
    .first()
    .waitFor();
});

test('what cannot be had is said in the menu, which stays', async () => {
  const { page } = app;
  await app.go('/chat');
  await composer().press('/');
  await search().fill('nothing is called so');
  await page.getByText('Nothing holds these words.').waitFor();
  await search().fill('dynamic text');
  await search().press('Enter');
  await page
    .getByLabel(/resourceId/i)
    .first()
    .fill('no number');
  await page.keyboard.press('Enter');
  await page
    .getByRole('alert')
    .getByText(/Everything does not give this resource/)
    .waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await search().waitFor();
  await page.keyboard.press('Escape');
  await eventually(() => isFocused(composer())).toBe(true);
});

test('answers show links, resources, pictures and data; a link opens through its server', async () => {
  await app.go('/chat');
  await composer().fill('Call them all.');
  await composer().press('Enter');
  await thread().getByText('There they are.').waitFor();
  for (const tool of tools)
    await thread()
      .getByRole('button', { name: new RegExp(`everything\\.${tool}`) })
      .click();
  const link = thread().getByRole('button', { name: /Blob Resource 1/ });
  await link.scrollIntoViewIfNeeded();
  await link.click();
  await thread()
    .getByText(/This is a base64 blob|Resource 1: /)
    .first()
    .waitFor();
  await keepPicture(app.page, 'answers-link-open');
  await thread().getByRole('img', { name: 'Image from the tool' }).scrollIntoViewIfNeeded();
  const { client } = demo.attached;
  const reads = await client.audit.list({ limit: 50, kind: ['call'], text: 'resources/read' });
  expect(reads.some(({ reason }) => /You read the resource demo:\/\/resource\/dynamic\/blob\/1 of Everything/.test(reason))).toBe(true);
});

test('on the page of the server a call’s links open, and a resource goes into a chat as its words', async () => {
  const { page } = app;
  await app.go('/tools/everything/tools');
  await page.getByRole('button', { name: /^get-resource-links/ }).click();
  await page.getByRole('button', { name: 'Call tool' }).click();
  await page.getByRole('button', { name: /Text Resource 2/ }).click();
  await page
    .getByText(/Resource 2: This is/)
    .first()
    .waitFor();
  await app.go('/tools/everything/resources');
  await page.getByRole('button', { name: /^architecture\.md/ }).click();
  await page.getByRole('button', { name: 'Use in chat' }).waitFor();
  await page.getByRole('button', { name: 'Use in chat' }).click();
  await attached()
    .getByText(/^resource of Everything · demo:/)
    .waitFor();
});

test('a run shows the same of what a tool answered', async () => {
  const { page } = app;
  const [run] = await demo.attached.client.runs.list({ limit: 1, kind: 'turn' });
  await app.go(`/runs/${run?.id}`);
  await page.getByText('get-resource-links').first().click();
  const link = page.getByRole('button', { name: /Text Resource 2/ });
  await link.click();
  await page
    .getByText(/Resource 2: This is/)
    .first()
    .waitFor();
});
