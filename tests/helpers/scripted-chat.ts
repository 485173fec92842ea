// What a chat needs to be tried: the scripted Ollama as the model that is used, and the real npm server `server-everything` with its tools.

import { createRequire } from 'node:module';
import type { Attached } from '../../electron/wires/attach.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { type ScriptedOllama, type ScriptedOllamaOptions, startScriptedOllama } from './scripted-ollama.ts';

type Client = Attached['client'];

export const everythingFile = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');

/** It is the default model from now on. The caller closes it. */
export async function startChatModel(client: Client, replies: ScriptedOllamaOptions['replies']): Promise<ScriptedOllama> {
  const ollama = await startScriptedOllama({
    models: [{ name: 'scripted:8b', capabilities: ['completion', 'tools'], contextLength: 32_768 }],
    replies,
  });
  await client.settings.change({
    providers: [{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: ollama.url, enabled: true }],
    defaultModel: 'ollama/scripted:8b',
  });
  return ollama;
}

export async function addEverything(client: Client): Promise<ServerId> {
  const id = 'everything' as ServerId;
  await client.tools.addServer({
    config: { id, title: 'Everything', command: process.execPath, args: [everythingFile], env: {}, enabled: true },
  });
  return id;
}

export async function giveEveryAgent(client: Client, tools: string[]): Promise<void> {
  for (const { id, createdAt: _created, updatedAt: _updated, ...draft } of await client.agents.list())
    await client.agents.update({ id, draft: { ...draft, tools } });
}
