// The agent side of the runtime put together over a real SQLite store, the real session and hub, the real Ollama provider
// and a scripted Ollama; only the tool servers are scripted too. `restart` opens the same data folder again.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOllamaProvider } from '../../electron/adapters/models/ollama.provider.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import { createAgents } from '../../electron/runtime/agent/conversations.ts';
import { createModelService } from '../../electron/runtime/agent/models.ts';
import { readJournal } from '../../electron/runtime/engine/journal.ts';
import { createRunHub } from '../../electron/runtime/engine/run-hub.ts';
import { Session } from '../../electron/runtime/engine/session.ts';
import { createInbox } from '../../electron/runtime/inbox.ts';
import type { Files, ModelProvider, ToolHost, Vault } from '../../electron/runtime/ports.ts';
import { createSettings } from '../../electron/runtime/settings.ts';
import { createToolBelt } from '../../electron/runtime/tools/belt.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { ChatEvent, Conversation } from '../../shared/model/chat.ts';
import { foldChat } from '../../shared/model/chat-view.ts';
import type { ConversationId, ServerId } from '../../shared/model/ids.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { ServerStatus, ToolInfo, ToolResult } from '../../shared/model/tool.ts';
import { type OllamaChatRequest, type OllamaReply, type ScriptedOllama, startScriptedOllama } from './scripted-ollama.ts';
import { toolHostRest } from './tool-host-rest.ts';

export const tool = (server: string, name: string, over: Partial<ToolInfo> = {}): ToolInfo => ({
  server: server as ServerId,
  name,
  title: '',
  description: `${name} of ${server}`,
  inputSchema: { type: 'object' },
  readOnly: false,
  idempotent: false,
  destructive: false,
  ...over,
});

interface ScriptedTool {
  info: ToolInfo;
  /** `mayGoOn`: what the guarded client would ask at a redirect. */
  run(args: JsonObject, signal: AbortSignal, mayGoOn?: (address: string) => void): Promise<string> | string;
}

export interface WorldOptions {
  replies: (request: OllamaChatRequest, index: number) => OllamaReply | Promise<OllamaReply>;
  tools?: ScriptedTool[];
  models?: Parameters<typeof startScriptedOllama>[0] extends infer O | undefined ? (O extends { models?: infer M } ? M : never) : never;
  secrets?: Record<string, string>;
  files?: Partial<Files>;
}

interface ToolCallSeen {
  name: string;
  args: JsonObject;
  folders: readonly string[];
  key: string | undefined;
}

export async function openAgentWorld(options: WorldOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-agent-'));
  const ollama = await startScriptedOllama({
    replies: options.replies,
    ...(options.models === undefined ? {} : { models: options.models }),
  });
  const calls: ToolCallSeen[] = [];
  let live = open(folder, ollama, options, calls);
  return {
    ollama,
    calls,
    folder,
    get now() {
      return live;
    },
    /** Ends this host without ending its turns and opens another on the same data. */
    async restart() {
      await live.close();
      live = open(folder, ollama, options, calls);
      return live;
    },
    async close() {
      await live.close();
      await ollama.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type AgentWorld = Awaited<ReturnType<typeof openAgentWorld>>;

function open(folder: string, ollama: ScriptedOllama, options: WorldOptions, calls: ToolCallSeen[]) {
  const opened: OpenedStore = openStore({ folder });
  const { store } = opened;
  let id = 0;
  const prefix = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
  const ids = {
    next: () => {
      id += 1;
      return `${prefix}${String(id).padStart(6, '0')}`;
    },
  };
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(cancelled());
        });
      }),
  };
  const errors: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message: string) => void errors.push(message),
    error: (message: string, data?: unknown) => void errors.push(`${message} ${JSON.stringify(data)}`),
    recent: () => [],
  };
  const vault = scriptedVault(options.secrets ?? {});
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hub = createRunHub({ runs: store.runs, log });
  const settings = createSettings(store.settings);
  const inbox = createInbox({ store, clock, ids, log, hub, settings });
  settings.change({ providers: [{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: ollama.url, enabled: true }] });
  const provider = createOllamaProvider({ net: { fetchFor: () => fetch } });
  const absent: ModelProvider = {
    describe: () => Promise.reject(new AppError('provider-unreachable', 'none here')),
    // biome-ignore lint/correctness/useYield: it only refuses
    async *chat() {
      throw new AppError('provider-unreachable', 'none here');
    },
  };
  const models = createModelService({ settings, providers: { ollama: provider, 'openai-compatible': absent }, clock });
  const toolInfos = [...(options.tools ?? [])];
  const tools = scriptedTools(toolInfos, calls);
  const files: Files = {
    readText: () => Promise.reject(new AppError('file-not-found', 'not there')),
    writeText: () => Promise.reject(new AppError('not-used', 'not used')),
    writeBytes: () => Promise.reject(new AppError('not-used', 'not used')),
    list: () => Promise.resolve([]),
    exists: () => Promise.resolve(false),
    info: () => Promise.reject(new AppError('file-not-found', 'not there')),
    createFolder: () => Promise.reject(new AppError('not-used', 'not used')),
    move: () => Promise.reject(new AppError('not-used', 'not used')),
    remove: () => Promise.reject(new AppError('not-used', 'not used')),
    content: () => Promise.resolve({ kind: 'none' }),
    ...options.files,
  };
  const ports = { store, tools: tools.host, vault, files, hash, clock, ids, log };
  const belt = createToolBelt({ ports, inbox, settings });
  const openSession: Parameters<typeof createAgents>[0]['openSession'] = (run, { title, grant, signal }) =>
    new Session(
      { hub, clock, inbox: () => inbox, redact: (text) => vault.redact(text), readLarge: (value) => store.runs.readLarge(value) },
      { id: run, title, grant, signal, journal: readJournal(store.runs.readEvents(run)) },
    );
  const agents = createAgents({ ports, hub, openSession, belt, models, settings });

  return {
    ...ports,
    hub,
    inbox,
    settings,
    models,
    belt,
    agents,
    errors,
    toolInfos,
    openSession,
    setStarting: tools.setStarting,
    async close() {
      await agents.close();
      await opened.close();
    },
    newConversation(): ConversationId {
      const conversation = ids.next() as ConversationId;
      const agent = store.agents.list()[0];
      if (agent === undefined) throw new Error('no agent');
      store.chats.insert({ id: conversation, title: 'New conversation', agent: agent.id, createdAt: Date.now(), updatedAt: Date.now() });
      return conversation;
    },
    /** Follows a conversation until `isEnough`, and gives it as a window would show it. */
    async follow(
      conversation: ConversationId,
      isEnough: (view: Conversation, events: ChatEvent[]) => boolean,
      within = 20_000,
    ): Promise<Conversation> {
      let view: Conversation | undefined;
      const all: ChatEvent[] = [];
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), within);
      try {
        for await (const events of agents.watch(conversation, stop.signal)) {
          all.push(...events);
          view = foldChat(view, events);
          if (view !== undefined && isEnough(view, all)) return view;
        }
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
      throw new Error(`It did not come to that: ${JSON.stringify(view?.messages.at(-1))} ${errors.join('; ')}`);
    },
    untilIdle(conversation: ConversationId): Promise<Conversation> {
      return this.follow(conversation, (view) => view.state === 'idle');
    },
  };
}

function scriptedVault(secrets: Record<string, string>): Vault {
  const notUsed = () => Promise.reject(new AppError('not-used', 'not used'));
  return {
    getStatus: notUsed,
    list: () => [],
    set: notUsed,
    replace: notUsed,
    remove: notUsed,
    setPassphrase: notUsed,
    unlock: notUsed,
    lock: notUsed,
    reveal: (name) => {
      const value = secrets[name];
      return value === undefined ? Promise.reject(new AppError('secret-not-found', `No secret ${name}.`)) : Promise.resolve(value);
    },
    redact: (text) => Object.entries(secrets).reduce((out, [name, value]) => out.replaceAll(value, `[secret:${name}]`), text),
  };
}

function scriptedTools(tools: ScriptedTool[], calls: ToolCallSeen[]) {
  const builtIn = new Set(['files', 'memory', 'web', 'system']);
  const listeners = new Set<() => void>();
  const starting = new Set<string>();
  const host: ToolHost = {
    ...toolHostRest,
    servers: () =>
      [...new Set(tools.map((each) => each.info.server))].map(
        (id): ServerStatus => ({
          id,
          title: id,
          kind: builtIn.has(id) ? 'built-in' : 'child',
          state: starting.has(id) ? 'starting' : 'ready',
          restarts: 0,
          toolCount: tools.filter((each) => each.info.server === id).length,
          stderr: [],
        }),
      ),
    tools: (server) =>
      tools.map((each) => each.info).filter((info) => !starting.has(info.server) && (server === undefined || info.server === server)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => Promise.reject(new AppError('not-used', 'not used')),
    stop: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    close: () => Promise.resolve(),
    async call(server, name, args, { signal, folders, idempotencyKey, mayGoOn }): Promise<ToolResult> {
      const found = tools.find((each) => each.info.server === server && each.info.name === name);
      if (found === undefined) throw new AppError('tool-not-found', `no ${name}`);
      calls.push({ name: `${server}.${name}`, args, folders, key: idempotencyKey });
      return { content: [{ type: 'text', text: await found.run(args, signal, mayGoOn) }], isError: false };
    },
  };
  return {
    host,
    /** Makes a server one that is just starting, or ready again. */
    setStarting: (server: string, isStarting: boolean) => {
      if (isStarting) starting.add(server);
      else starting.delete(server);
      for (const listener of listeners) listener();
    },
  };
}
