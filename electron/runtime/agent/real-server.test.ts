// A chat on a whole host (real store, vault, tool host, network guard, router) with a scripted Ollama: the agent calls a tool
// of the official `everything` server after an approval, over the contract, and a reload midway loses nothing.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../shared/model/chat.ts';
import { foldChat } from '../../../shared/model/chat-view.ts';
import type { ConversationId, ServerId } from '../../../shared/model/ids.ts';
import { type ScriptedOllama, startScriptedOllama } from '../../../tests/helpers/scripted-ollama.ts';
import { buildHost, type Host } from '../../host/build-host.ts';

const script = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json')),
  'dist/index.js',
);
let folder: string;
let host: Host;
let ollama: ScriptedOllama;
let release: (value?: unknown) => void = () => undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-chat-host-'));
  const until = new Promise((resolve) => {
    release = resolve;
  });
  ollama = await startScriptedOllama({
    replies: (request) =>
      request.messages.at(-1)?.role === 'tool'
        ? { text: `The server says: ${request.messages.at(-1)?.content}`, chunks: 6, holdAt: { chunk: 3, until } }
        : { text: 'I will call it.', toolCalls: [{ name: 'everything__echo', arguments: { message: 'hello from Orrery' } }] },
  });
  host = buildHost({
    kind: 'headless',
    folder,
    quiet: true,
    shell: () => ({}),
    can: { pickFolder: false, showInFolder: false, notify: false },
  });
});
afterAll(async () => {
  await host.close();
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
});

const client = () => createRouterClient(host.runtime.handlers, { context: host.context('page') });

/** One window: follows the conversation until it shows what is waited for. */
async function window(id: ConversationId, isEnough: (view: Conversation) => boolean): Promise<Conversation> {
  let view: Conversation | undefined;
  for await (const events of await client().chat.watch({ id }, { signal: AbortSignal.timeout(40_000) })) {
    view = foldChat(view, events);
    if (view !== undefined && isEnough(view)) return view;
  }
  throw new Error(`It did not come to that: ${JSON.stringify(view)}`);
}
const shown = (view: Conversation) => JSON.stringify(view.messages.at(-1)?.parts ?? []);

describe('a chat on a whole host', () => {
  it('calls a tool of a real server after an approval and survives a reload midway', async () => {
    const { chat, tools, models, agents, inbox, runs } = client();
    await models.saveProvider({ config: { id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: ollama.url, enabled: true } });
    const status = await tools.addServer({
      config: { id: 'everything' as ServerId, title: 'Everything', command: process.execPath, args: [script] },
    });
    expect(status, JSON.stringify(status.failure)).toMatchObject({ state: 'ready' });
    const agent = await agents.create({ draft: { name: 'Echoer', tools: ['everything.echo'] } });
    const { id } = await chat.create({ agent: agent.id });
    await chat.send({ id, text: 'Say hello' });
    const waiting = await window(id, (view) => view.state === 'waiting');
    expect(waiting.messages[1]?.parts[1]).toMatchObject({ type: 'tool-call', server: 'everything', tool: 'echo', state: 'waiting' });
    const item = (await inbox.list({}))[0];
    if (item?.request.kind !== 'approval') throw new Error('no approval');
    expect(item.request).toMatchObject({ action: 'Call everything.echo', args: { message: 'hello from Orrery' } });
    await inbox.answer({ id: item.id, answer: { kind: 'approval', answer: 'once', hash: item.request.hash } });
    await window(id, (view) => shown(view).includes('The server says'));
    // The page was reloaded: another window sees what was there, and the rest.
    const after = window(id, (view) => view.state === 'idle');
    release();
    const done = await after;
    expect(done.messages[1]?.parts.at(-1)).toEqual({ type: 'text', text: 'The server says: Echo: hello from Orrery' });
    const run = (await runs.list({ kind: 'turn' }))[0];
    expect(run).toMatchObject({ status: 'done', stepsDone: 3 });
    const kept = await runs.get({ id: run?.id as never });
    expect(kept.events.map(({ event }) => event.type).filter((type) => type === 'step-waiting' || type === 'step-answered')).toEqual([
      'step-waiting',
      'step-answered',
    ]);
  });

  it('a failing stream tells its true cause over the contract', async () => {
    const pulling = (async () => {
      for await (const _ of await client().models.pull({ provider: 'ollama', model: 'absent:1b' }));
    })();
    await expect(pulling).rejects.toMatchObject({
      code: 'APP_ERROR',
      data: { code: 'provider-error', message: expect.stringContaining('file does not exist') },
    });
  });
});
