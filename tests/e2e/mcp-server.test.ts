// Orrery as an MCP server, used by the official client: over HTTP on a headless host, and over stdio through `orrery mcp`.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import type { PolicyService } from '../../electron/runtime/policy/create-policy.ts';
import { newProgramChat } from '../../electron/runtime/serve/program-chats.ts';
import type { AgentId, ConversationId, WorkflowId } from '../../shared/model/ids.ts';
import { graph } from '../helpers/engine-lab.ts';
import { projectRoot } from '../helpers/headless-host.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-mcp-'));
const data = path.join(folder, 'data');
let host: OpenedHost;
let web: Headless;

beforeAll(async () => {
  mkdirSync(path.join(folder, 'page'));
  writeFileSync(path.join(folder, 'page/index.html'), '<!doctype html><title>Orrery</title>');
  const opened = await openHost({ kind: 'headless', dataFolder: data, quiet: true, ...headlessShell });
  if ('holder' in opened) throw new Error(opened.message);
  host = opened.host;
  web = await startHeadless({ host, rendererFolder: path.join(folder, 'page'), port: 0 });
  const document = graph(
    [
      { id: 'name', kind: 'flow.input', config: { name: 'who', label: 'Whom?', type: 'text', required: true } },
      { id: 'out', kind: 'flow.output', config: { name: 'greeting' } },
    ],
    ['name>out'],
  );
  const at = { revision: 0, createdAt: 1, updatedAt: 1 };
  host.runtime.services.ports.store.workflows.insert({ ...document, name: 'Greet', id: 'greet' as WorkflowId, ...at });
});
afterAll(async () => {
  await web?.close();
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

const mcp = () => new URL(`${web.origin}/mcp`);
const addressed = (token: string) =>
  new StreamableHTTPClientTransport(mcp(), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
async function connect(transport: unknown): Promise<Client> {
  const client = new Client({ name: 'a test', version: '1' });
  await client.connect(transport as Transport);
  return client;
}
const grantAll = (client: string): void => {
  (host.runtime.services.policy as PolicyService).grants.put(
    { subject: { kind: 'client', client }, effect: 'allow', kind: 'serve', target: '*', conditions: {} },
    { from: 'a test' },
  );
};
const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe('over HTTP', () => {
  it('offers workflows, memory and agents, and runs one under a grant', async () => {
    const { token } = host.runtime.services.clients.add('Editor');
    grantAll('Editor');
    const client = await connect(addressed(token));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'list_workflows',
      'run_workflow',
      'get_run',
      'search_memory',
      'remember',
      'list_agents',
      'ask_agent',
    ]);
    const listed = await client.callTool({ name: 'list_workflows', arguments: {} });
    expect(listed.structuredContent).toMatchObject({
      workflows: [{ id: 'greet', inputs: { properties: { who: { type: 'string', title: 'Whom?' } }, required: ['who'] } }],
    });
    const ran = await client.callTool({ name: 'run_workflow', arguments: { workflow: 'greet', inputs: { who: 'Ada' } } });
    expect(ran.structuredContent).toMatchObject({ status: 'done', outputs: { greeting: 'Ada' } });
    await client.callTool({ name: 'remember', arguments: { text: 'Ada likes moons' } });
    expect(textOf(await client.callTool({ name: 'search_memory', arguments: { query: 'moons' } }))).toContain('Ada likes moons');
    const { resources } = await client.listResources();
    expect(resources).toMatchObject([{ uri: 'orrery://workflows/greet', name: 'Greet' }]);
    const [content] = (await client.readResource({ uri: 'orrery://workflows/greet' })).contents;
    expect(content).toMatchObject({ mimeType: 'application/json' });
    expect(Object.keys(JSON.parse((content as { text: string }).text))).toEqual(['id', 'name', 'description', 'inputs']);
    await client.close();

    const runs = host.runtime.services.ports.store.runs.list({ limit: 10 });
    expect(runs.map(({ origin }) => origin.kind)).toEqual(['client', 'client']);
    expect(runs.find(({ kind }) => kind === 'workflow')?.title).toBe('Greet');
  });

  it('waits for the person where no grant allows a call, and does not call when they decline', async () => {
    const { token } = host.runtime.services.clients.add('Stranger');
    const client = await connect(addressed(token));
    expect((await client.listResources()).resources).toEqual([]);
    const asked = client.callTool({ name: 'run_workflow', arguments: { workflow: 'greet', inputs: { who: 'Eve' } } });
    const item = await vi.waitFor(() => {
      const [open] = host.runtime.services.ports.store.inbox.list({ status: 'open', limit: 5 });
      if (open?.request.kind !== 'approval') throw new Error('nothing was asked');
      return { id: open.id, hash: open.request.hash, args: JSON.stringify(open.request.args) };
    }, 10_000);
    expect(item.args).toContain('Eve');
    host.runtime.services.inbox.answer(item.id, { kind: 'approval', answer: 'deny', hash: item.hash });
    const result = await asked;
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/declined/);
    // Its session is called by what it called first, so it has the workflow's name too.
    const runs = host.runtime.services.ports.store.runs.list({ limit: 10, query: 'Greet' });
    expect(runs.map(({ kind, title }) => [kind, title])).toEqual([
      ['turn', 'Stranger: run the workflow “Greet”'],
      ['workflow', 'Greet'],
    ]);
    await client.close();
  });

  it('shows a program only the runs that it started', async () => {
    const { token } = host.runtime.services.clients.add('Curious');
    grantAll('Curious');
    const client = await connect(addressed(token));
    const other = host.runtime.services.ports.store.runs.list({ limit: 1, query: 'Greet', kind: 'workflow' })[0];
    expect(other?.origin).toMatchObject({ kind: 'client', client: 'Editor' });
    const result = await client.callTool({ name: 'get_run', arguments: { run: other?.id } });
    expect(textOf(result)).toContain('There is no run of that id that you started');
    await client.close();
  });

  it('goes on with no conversation of the person’s or of another agent, whatever it is called', async () => {
    const { token } = host.runtime.services.clients.add('Asker');
    grantAll('Asker');
    const { store } = host.runtime.services.ports;
    const [agent] = store.agents.list();
    if (agent === undefined) throw new Error('no agent');
    const at = { createdAt: 1, updatedAt: 1 };
    store.chats.insert({ id: 'mine' as ConversationId, title: 'Asker: my taxes', agent: agent.id, ...at });
    store.agents.put({ ...agent, id: 'other' as AgentId, name: 'Other' });
    const theirs = newProgramChat(host.runtime.services.ports, 'Asker');
    store.chats.insert({ id: theirs, title: 'renamed', agent: 'other' as AgentId, ...at });
    const client = await connect(addressed(token));
    const ask = async (conversation: string) =>
      textOf(await client.callTool({ name: 'ask_agent', arguments: { agent: agent.id, message: 'hello', conversation } }));
    expect(await ask('mine')).toContain('no conversation of that id that you began');
    expect(await ask(newProgramChat(host.runtime.services.ports, 'Another'))).toContain('no conversation of that id that you began');
    expect(await ask(theirs)).toContain('is with Other');
    await client.close();
  });

  it('leaves nothing open when a program goes in the middle of its first message, and answers a bad one once', async () => {
    const { token } = host.runtime.services.clients.add('Hasty');
    const open = () => host.runtime.services.clients.list().find(({ name }) => name === 'Hasty')?.open;
    const part = request(mcp(), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-length': 100 } });
    part.on('error', () => undefined);
    part.write('{"jsonrpc"');
    await vi.waitFor(() => expect(open()).toBe(1), 10_000);
    part.destroy();
    await vi.waitFor(() => expect(open()).toBe(0), 10_000);

    const transport = addressed(token);
    const client = await connect(transport);
    const bad = await fetch(mcp(), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'mcp-session-id': transport.sessionId ?? '', 'content-type': 'application/json' },
      body: '{"jsonrpc":',
    });
    expect(bad.status).toBe(400);
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });

  it('turns away a wrong token, no token, the page’s token, another site and another program’s session', async () => {
    const { token } = host.runtime.services.clients.add('One');
    const two = host.runtime.services.clients.add('Two').token;
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const post = (headers: Record<string, string>, body: unknown = initialize) =>
      fetch(mcp(), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const status = async (...args: Parameters<typeof post>) => (await post(...args)).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer orrery-0123456789012345678901234567890' })).toBe(401);
    expect(await status({ authorization: `Bearer ${web.token}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token}`, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ authorization: `Bearer ${token}`, origin: web.origin })).toBe(403);
    expect(await status({ authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ authorization: `Bearer ${token}` }, '{"jsonrpc":"2.0","__proto__":{}}')).toBe(400);
    const opened = await post({ authorization: `Bearer ${token}` });
    expect(opened.status).toBe(200);
    const session = opened.headers.get('mcp-session-id') ?? '';
    await opened.text();
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };
    expect(await status({ authorization: `Bearer ${two}`, 'mcp-session-id': session }, list)).toBe(404);
    expect(await status({ authorization: `Bearer ${token}`, 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' }, list)).toBe(
      200,
    );

    await host.runtime.services.clients.revoke('One');
    expect(await status({ authorization: `Bearer ${token}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token}`, 'mcp-session-id': session }, list)).toBe(404);
  });
});

describe('over stdio', () => {
  it('uses the host that runs, and leaves when the program does', async () => {
    grantAll('Desk (unknown)');
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [path.join(projectRoot, 'electron/cli/index.ts'), 'mcp', '--client', 'Desk', '--data', data],
      stderr: 'inherit',
    });
    const client = await connect(transport);
    expect(client.getServerVersion()).toMatchObject({ name: 'orrery' });
    const ran = await client.callTool({ name: 'run_workflow', arguments: { workflow: 'greet', inputs: { who: 'Grace' } } });
    expect(ran.structuredContent).toMatchObject({ status: 'done', outputs: { greeting: 'Grace' } });
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toThrow(/no tool/);
    expect(host.runtime.services.clients.list().find(({ name }) => name === 'Desk (unknown)')).toMatchObject({ comes: 'local', open: 1 });
    await client.close();
    await vi.waitFor(
      () => expect(host.runtime.services.clients.list().find(({ name }) => name === 'Desk (unknown)')?.open).toBe(0),
      10_000,
    );
  });
});
