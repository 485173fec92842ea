// What a program sees while its calls go, with the official client: prompts and their completion, lists that change, progress, an answer
// word by word, log messages at its level, cancelling, limits; and what tells who it is.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import type { PolicyService } from '../../electron/runtime/policy/create-policy.ts';
import type { WorkflowId } from '../../shared/model/ids.ts';
import { graph } from '../helpers/engine-lab.ts';
import { projectRoot } from '../helpers/headless-host.ts';
import { type ScriptedOllama, startScriptedOllama } from '../helpers/scripted-ollama.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-mcp-calls-'));
const data = path.join(folder, 'data');
const answer = 'It is seven o’clock, and the moon is up.';
let host: OpenedHost;
let web: Headless;
let ollama: ScriptedOllama;
const clients: Client[] = [];

const store = () => host.runtime.services.ports.store;
// Not the sessions of programs: each is called by what it called first, which may be the same workflow.
const runsOf = (query: string) => store().runs.list({ limit: 20, query, kind: 'workflow' });

beforeAll(async () => {
  mkdirSync(path.join(folder, 'page'));
  writeFileSync(path.join(folder, 'page/index.html'), '<!doctype html><title>Orrery</title>');
  const opened = await openHost({ kind: 'headless', dataFolder: data, quiet: true, ...headlessShell });
  if ('holder' in opened) throw new Error(opened.message);
  host = opened.host;
  web = await startHeadless({ host, rendererFolder: path.join(folder, 'page'), port: 0 });
  ollama = await startScriptedOllama({
    models: [{ name: 'tiny:1b', capabilities: ['completion', 'tools'] }],
    replies: () => ({ text: answer, chunks: 6, delayMs: 60 }),
  });
  const provider = { id: 'ollama', type: 'ollama' as const, title: 'Ollama', baseUrl: ollama.url, enabled: true };
  host.runtime.services.settings.change({ providers: [provider], defaultModel: 'ollama/tiny:1b' });
  await host.runtime.services.models.statuses(true);
  addWorkflow('slow', 'Slow', 60);
});
afterAll(async () => {
  await Promise.allSettled(clients.map((client) => client.close()));
  await web?.close();
  await host?.close();
  await ollama?.close();
  rmSync(folder, { recursive: true, force: true });
});

function addWorkflow(id: string, name: string, seconds: number): void {
  const nodes: Parameters<typeof graph>[0] = [
    { id: 'name', kind: 'flow.input', config: { name: 'who', label: 'Whom?', type: 'text', required: true } },
    { id: 'loud', kind: 'flow.input', config: { name: 'loud', label: 'Loud?', type: 'toggle', required: false, default: false } },
    { id: 'wait', kind: 'flow.delay', title: 'Wait a little', config: { seconds } },
    { id: 'out', kind: 'flow.output', config: { name: 'greeting' } },
  ];
  const at = { revision: 0, createdAt: 1, updatedAt: 1 };
  const document = graph(nodes, ['name>wait', 'wait>out']);
  store().workflows.insert({ ...document, name, description: 'Greets someone.', id: id as WorkflowId, ...at });
}

function grantAll(client: string): void {
  (host.runtime.services.policy as PolicyService).grants.put(
    { subject: { kind: 'client', client }, effect: 'allow', kind: 'serve', target: '*', conditions: {} },
    { from: 'a test' },
  );
}
async function connect(name: string): Promise<Client & { leave(): Promise<void> }> {
  const { token } = host.runtime.services.clients.add(name);
  const client = new Client({ name: 'a test', version: '1' });
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${web.origin}/mcp`), { requestInit: { headers } });
  await client.connect(transport as Transport);
  clients.push(client);
  return Object.assign(client, { leave: () => transport.terminateSession() });
}
const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe('prompts', () => {
  it('are there for whom the lists are allowed, with arguments that complete, and a change is told', async () => {
    const client = await connect('Prompter');
    expect((await client.listPrompts()).prompts).toEqual([]);
    const changes: string[] = [];
    client.setNotificationHandler(PromptListChangedNotificationSchema, () => void changes.push('prompts'));
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void changes.push('resources'));
    grantAll('Prompter');
    await vi.waitFor(() => expect(changes).toEqual(['prompts']), 10_000);

    const { prompts } = await client.listPrompts();
    const slow = prompts.find(({ title }) => title === 'Run Slow');
    expect(slow).toMatchObject({
      description: 'Greets someone.',
      arguments: [
        { name: 'who', description: 'Whom?.', required: true },
        { name: 'loud', description: 'Loud?. false when left out.', required: false },
      ].map((each) => expect.objectContaining({ name: each.name, required: each.required })),
    });
    const name = slow?.name ?? '';
    const { completion } = await client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: 'loud', value: 't' } });
    expect(completion.values).toEqual(['true']);
    const { messages } = await client.getPrompt({ name, arguments: { who: 'Ada', loud: 'true' } });
    const [said] = messages.map(({ content }) => (content.type === 'text' ? content.text : ''));
    expect(said).toContain('run_workflow with the workflow "slow"');
    expect(said).toContain('"loud": true');
    await expect(client.getPrompt({ name, arguments: {} })).rejects.toThrow(/who is missing/);
    await expect(client.getPrompt({ name: 'run-nothing', arguments: {} })).rejects.toThrow(/no prompt/);

    const agent = prompts.find(({ name: each }) => each.startsWith('ask-'));
    const asked = await client.getPrompt({ name: agent?.name ?? '', arguments: { task: 'Look at the moon' } });
    expect(JSON.stringify(asked.messages)).toMatch(/ask_agent.*Look at the moon/);

    await client.listResources();
    addWorkflow('late', 'Late', 0);
    await vi.waitFor(() => expect([...changes].sort()).toEqual(['prompts', 'prompts', 'resources']), 10_000);
    expect((await client.listPrompts()).prompts.map(({ title }) => title)).toContain('Run Late');
  });
});

describe('while a call goes', () => {
  it('an agent’s answer comes word by word, and joined it is the answer', async () => {
    const client = await connect('Listener');
    grantAll('Listener');
    const [agent] = store().agents.list();
    const heard: { progress: number; message?: string | undefined }[] = [];
    const result = await client.callTool({ name: 'ask_agent', arguments: { agent: agent?.id, message: 'How late is it?' } }, undefined, {
      onprogress: (event) => heard.push(event),
    });
    expect(textOf(result)).toBe(answer);
    expect(heard.map(({ message }) => message).join('')).toBe(answer);
    expect(heard.length).toBeGreaterThan(1);
    const steps = heard.map(({ progress }) => progress);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it('a run tells of its steps, log messages come from the level that was asked for, and cancelling stops it', async () => {
    const client = await connect('Watcher');
    grantAll('Watcher');
    const logged: string[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logged.push(`${params.level} ${params.data}`));
    await client.setLoggingLevel('debug');
    const stop = new AbortController();
    const heard: string[] = [];
    const call = { name: 'run_workflow', arguments: { workflow: 'slow', inputs: { who: 'Ada' } } };
    const running = client.callTool(call, undefined, {
      signal: stop.signal,
      onprogress: ({ message }) => {
        heard.push(message ?? '');
        if (message === 'Wait a little begins.') stop.abort('enough');
      },
    });
    await expect(running).rejects.toThrow(/enough/);
    expect(heard).toContain('Wait a little begins.');
    expect(logged).toContain('debug Wait a little begins.');
    await vi.waitFor(() => expect(runsOf('Slow').map(({ status }) => status)).toEqual(['cancelled']), 10_000);

    await client.setLoggingLevel('error');
    const before = logged.length;
    await client.callTool({ name: 'run_workflow', arguments: { workflow: 'late', inputs: { who: 'Ada' } } });
    expect(logged).toHaveLength(before);
  });

  it('that waits for an answer is told so; cancelled, its question is gone, and a run of a program that left goes on', async () => {
    const client = await connect('Asker');
    const stop = new AbortController();
    const heard: string[] = [];
    const asked = client.callTool({ name: 'list_agents', arguments: {} }, undefined, {
      signal: stop.signal,
      onprogress: ({ message }) => heard.push(message ?? ''),
    });
    const open = () => store().inbox.list({ status: 'open', limit: 5 });
    await vi.waitFor(() => expect(open()).toHaveLength(1), 10_000);
    await vi.waitFor(() => expect(heard).toEqual(['List agents waits for the person’s answer in Orrery’s inbox.']), 10_000);
    stop.abort('enough');
    await expect(asked).rejects.toThrow(/enough/);
    await vi.waitFor(() => expect(open()).toEqual([]), 10_000);

    grantAll('Asker');
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const call = { name: 'run_workflow', arguments: { workflow: 'slow', inputs: { who: 'Eve' } } };
    client.callTool(call, undefined, { onprogress: () => resolve() }).catch(() => undefined);
    await begun;
    await client.leave();
    await vi.waitFor(() => expect(host.runtime.services.clients.list().find(({ name }) => name === 'Asker')?.open).toBe(0), 10_000);
    const [left] = runsOf('Slow').filter(({ origin }) => origin.kind === 'client' && origin.client === 'Asker');
    expect(left?.status).toMatch(/running|waiting/);
  });

  it('calls of one tool beyond sixty in a minute are turned away, with one entry in the log', async () => {
    const client = await connect('Hasty');
    grantAll('Hasty');
    const results: unknown[] = [];
    for (let i = 0; i < 70; i += 1) results.push(await client.callTool({ name: 'list_agents', arguments: {} }));
    expect(results.filter((each) => (each as { isError?: boolean }).isError === true)).toHaveLength(10);
    expect(textOf(results.at(-1))).toContain('60 times within a minute');
    // Another tool has its own count, and so has another program.
    expect((await client.callTool({ name: 'search_memory', arguments: { query: 'x' } })).isError).toBe(false);
    expect(accessEntries('Hasty').filter(({ outcome }) => outcome === 'denied')).toHaveLength(1);
  });
});

const accessEntries = (name: string) => {
  host.runtime.audit.flush();
  return store()
    .audit.list({ kind: ['access'], limit: 500 })
    .filter(({ actor }) => actor.name === name);
};

describe('who it is, over stdio', () => {
  const command = (...args: string[]) => [path.join(projectRoot, 'electron/cli/index.ts'), 'mcp', '--data', data, ...args];
  async function overStdio(token: string | undefined, ...args: string[]): Promise<Client> {
    const env = { ...(process.env as Record<string, string>), ...(token === undefined ? {} : { ORRERY_TOKEN: token }) };
    const client = new Client({ name: 'a test', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: command(...args), env, stderr: 'inherit' }) as Transport,
    );
    clients.push(client);
    return client;
  }
  const shown = (name: string) => host.runtime.services.clients.list().find((each) => each.name === name);

  it('a token says it; without one a name is a claim that has none of that program’s grants', async () => {
    const { token } = host.runtime.services.clients.add('Desk');
    grantAll('Desk');
    const proven = await overStdio(token);
    expect((await proven.callTool({ name: 'list_agents', arguments: {} })).isError).toBe(false);
    expect(shown('Desk')).toMatchObject({ comes: 'token', open: 1, program: realpathSync(process.execPath) });
    const [entry] = accessEntries('Desk');
    expect(entry?.reason).toContain(`with its token, started by ${realpathSync(process.execPath)}`);

    const claimed = await overStdio(undefined, '--client', 'Desk');
    const asked = claimed.callTool({ name: 'list_agents', arguments: {} });
    const item = await vi.waitFor(() => {
      const [open] = store().inbox.list({ status: 'open', limit: 5 });
      if (open?.request.kind !== 'approval') throw new Error('nothing was asked');
      return { id: open.id, request: open.request };
    }, 10_000);
    // It could be anyone: an answer is for this once.
    expect(item.request.choices).toEqual([]);
    host.runtime.services.inbox.answer(item.id, { kind: 'approval', answer: 'deny', hash: item.request.hash });
    expect((await asked).isError).toBe(true);
    expect(shown('Desk (unknown)')).toMatchObject({ comes: 'local', open: 1 });

    await host.runtime.services.clients.revoke('Desk');
    await vi.waitFor(() => expect(shown('Desk')?.open).toBe(0), 10_000);
    await vi.waitFor(async () => expect(await proven.listTools().catch(() => 'gone')).toBe('gone'), 10_000);
    await claimed.close();
  });

  it('a token that nobody has ends it with the reason and what to do', async () => {
    const child = spawn(process.execPath, command(), {
      env: { ...process.env, ORRERY_TOKEN: 'orrery-made-up' },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(1);
    expect(said).toContain('No program has this token');
    expect(said).toContain('orrery programs add NAME');
    expect(said).not.toContain('made-up');
  });
});
