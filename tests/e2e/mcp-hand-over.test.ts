// `orrery mcp` without a running host holds the data folder, and gives it to whoever else wants it. Real processes on both sides; what a
// program called goes on and is answered, once, wherever the host is by then.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import type { PolicyService } from '../../electron/runtime/policy/create-policy.ts';
import type { ConversationId, WorkflowId } from '../../shared/model/ids.ts';
import { graph } from '../helpers/engine-lab.ts';
import { projectRoot } from '../helpers/headless-host.ts';
import { type ScriptedOllama, startScriptedOllama } from '../helpers/scripted-ollama.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-mcp-over-'));
const data = path.join(folder, 'data');
const programs: Program[] = [];
const answer = 'It is seven o’clock, and the moon is up.';
let token: string;
let agent: string;
let ollama: ScriptedOllama;

interface Program {
  client: Client;
  pid: number;
  close(): Promise<void>;
}

/** As the desktop does it: it wants the folder for itself. */
async function takeFolder(): Promise<OpenedHost> {
  const opened = await openHost({ kind: 'headless', dataFolder: data, quiet: true, ...headlessShell });
  if ('holder' in opened) throw new Error(opened.message);
  return opened.host;
}

async function startProgram(): Promise<Program> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(projectRoot, 'electron/cli/index.ts'), 'mcp', '--data', data],
    env: { ...(process.env as Record<string, string>), ORRERY_TOKEN: token },
    stderr: 'inherit',
  });
  const client = new Client({ name: 'a test', version: '1' });
  await client.connect(transport as Transport);
  const program = { client, pid: transport.pid as number, close: () => client.close() };
  programs.push(program);
  return program;
}

const run = async ({ client }: Program, workflow: string) =>
  (await client.callTool({ name: 'run_workflow', arguments: { workflow, inputs: { who: 'Ada' } } })).structuredContent;
const done = (greeting = 'Ada') => ({ status: 'done', outputs: { greeting } });
/** Settles when the run of a call that is under way tells of its first step. */
function slowRun({ client }: Program, workflow: string): { begun: Promise<void>; result: Promise<unknown> } {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const result = client
    .callTool({ name: 'run_workflow', arguments: { workflow, inputs: { who: 'Ada' } } }, undefined, {
      onprogress: ({ message }) => message?.includes('Wait') === true && resolve(),
    })
    .then(({ structuredContent }) => structuredContent);
  return { begun, result };
}
/** Of the workflow: a program's session has the workflow's name in its title too. */
const runsOf = (host: OpenedHost, title: string) =>
  host.runtime.services.ports.store.runs.list({ limit: 50, kind: 'workflow', query: title });

beforeAll(async () => {
  const host = await takeFolder();
  const { policy, clients, ports } = host.runtime.services;
  token = clients.add('Editor').token;
  (policy as PolicyService).grants.put(
    { subject: { kind: 'client', client: 'Editor' }, effect: 'allow', kind: 'serve', target: '*', conditions: {} },
    { from: 'a test' },
  );
  const who = { id: 'name', kind: 'flow.input', config: { name: 'who', label: 'Whom?', type: 'text', required: true } };
  const out = { id: 'out', kind: 'flow.output', config: { name: 'greeting' } };
  const wait = { id: 'wait', kind: 'flow.delay', title: 'Wait', config: { seconds: 2 } };
  const at = { revision: 0, createdAt: 1, updatedAt: 1 };
  ports.store.workflows.insert({ ...graph([who, out], ['name>out']), name: 'Greet', id: 'greet' as WorkflowId, ...at });
  for (const id of ['killed', 'moved', 'ended']) {
    const document = graph([who, wait, out], ['name>wait', 'wait>out']);
    ports.store.workflows.insert({ ...document, name: `Slow, ${id}`, id: id as WorkflowId, ...at });
  }
  ollama = await startScriptedOllama({
    models: [{ name: 'tiny:1b', capabilities: ['completion', 'tools'] }],
    replies: () => ({ text: answer, chunks: 10, delayMs: 150 }),
  });
  const provider = { id: 'ollama', type: 'ollama' as const, title: 'Ollama', baseUrl: ollama.url, enabled: true };
  host.runtime.services.settings.change({ providers: [provider], defaultModel: 'ollama/tiny:1b' });
  agent = ports.store.agents.list()[0]?.id ?? '';
  await host.close();
});
afterAll(async () => {
  await Promise.allSettled(programs.map((each) => each.close()));
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
});

it('serves two programs at once; when the one that holds the folder goes, or is killed, the other takes it with what was under way', async () => {
  const first = await startProgram();
  const second = await startProgram();
  expect(await run(first, 'greet')).toMatchObject(done());
  expect(await run(second, 'greet')).toMatchObject(done());
  await first.close();
  expect(await run(second, 'greet')).toMatchObject(done());

  // The second one holds it now; the third is attached when it dies in the middle of the third's call.
  const third = await startProgram();
  const { begun, result } = slowRun(third, 'killed');
  await begun;
  process.kill(second.pid, 'SIGKILL');
  expect(await result).toMatchObject(done());
  await third.close();

  const host = await takeFolder();
  expect(runsOf(host, 'Slow, killed')).toHaveLength(1);
  expect(runsOf(host, 'Greet')).toHaveLength(3);
  await host.close();
});

it('gives the folder to who wants it in the middle of a run, goes on through it, and takes the folder again when that one ends', async () => {
  const program = await startProgram();
  const beside = await startProgram();
  const { begun, result } = slowRun(program, 'moved');
  await begun;
  const host = await takeFolder();
  expect(host.folder.holder).toBeUndefined();
  expect(await result).toMatchObject(done());
  expect(runsOf(host, 'Slow, moved')).toHaveLength(1);
  expect(await run(beside, 'greet')).toMatchObject(done());
  // Both are there, served by this host.
  await vi.waitFor(() => expect(host.runtime.services.clients.list().find(({ name }) => name === 'Editor')?.open).toBe(2), 10_000);

  // A host that ends while a call waits: the next one goes on with it.
  const last = slowRun(program, 'ended');
  await last.begun;
  await host.close();
  expect(await last.result).toMatchObject(done());
  expect(await run(beside, 'greet')).toMatchObject(done());

  // Wanted while it is closing because its program has gone.
  const closing = Promise.all([program.close(), beside.close()]);
  const next = await takeFolder();
  expect(runsOf(next, 'Slow, ended').map(({ status }) => status)).toEqual(['done']);
  await closing;
  await next.close();
});

it('an agent’s answer that was begun at one host comes from the next, to one question', async () => {
  const program = await startProgram();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const asked = program.client.callTool({ name: 'ask_agent', arguments: { agent, message: 'How late is it?' } }, undefined, {
    onprogress: () => resolve(),
  });
  await begun;
  const host = await takeFolder();
  const { structuredContent } = await asked;
  expect(structuredContent).toMatchObject({ text: answer });
  const { conversation } = structuredContent as { conversation: ConversationId };
  expect(host.runtime.services.ports.store.chats.get(conversation)?.messages.map(({ role, state }) => `${role} ${state}`)).toEqual([
    'person done',
    'agent done',
  ]);
  await program.close();
  await host.close();
});
