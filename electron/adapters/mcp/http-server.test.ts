// Servers over HTTP: real ones of the SDK on this machine, and scripted ones that behave badly.

import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configOf, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';

let lab: TestHost;
const servers: HttpServer[] = [];
beforeEach(() => {
  lab = testHost({ restarts: { baseMs: 20, maxMs: 100 } });
});
afterEach(async () => {
  await lab.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => void handle(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const bodyOf = async (request: IncomingMessage): Promise<{ id?: number; method?: string }> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text === '' ? '{}' : text) as { id?: number; method?: string };
};

const makeServer = (): McpServer => {
  const server = new McpServer({ name: 'over-http', version: '2' });
  server.registerTool('echo', { inputSchema: { text: z.string() } }, ({ text }) => ({ content: [{ type: 'text', text: `echo ${text}` }] }));
  server.registerTool('slow', {}, async (extra) => {
    for (let i = 1; i <= 3; i += 1)
      await extra.sendNotification({
        method: 'notifications/progress',
        params: { progressToken: extra._meta?.progressToken ?? 0, progress: i, total: 3 },
      });
    return { content: [{ type: 'text', text: 'slow done' }] };
  });
  server.registerTool('more', {}, () => {
    server.registerTool('added', {}, () => ({ content: [] }));
    return { content: [] };
  });
  return server;
};

/** The SDK's own Streamable HTTP server with sessions; `forget` makes it lose them all. */
async function streamable() {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const seen: string[] = [];
  const url = await serve(async (request, response) => {
    seen.push(
      `${request.method} ${request.headers['mcp-session-id'] === undefined ? 'new' : 'session'} ${request.headers.authorization ?? ''}`,
    );
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    let transport = sessions.get(String(request.headers['mcp-session-id']));
    if (transport === undefined && body?.method === 'initialize') {
      const made = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (session) => void sessions.set(session, made),
      });
      transport = made;
      await makeServer().connect(transport as never);
    }
    if (transport === undefined) {
      response.writeHead(404).end();
      return;
    }
    await transport.handleRequest(request, response, body);
  });
  return { url: `${url}/mcp`, seen, sessions };
}
const remote = (url: string, more: object = {}) => configOf({ transport: 'http', url, ...more });

describe('Streamable HTTP', () => {
  it('tools, progress, a changed list, headers from the vault, and a word at the end', async () => {
    const server = await streamable();
    lab.vault.secrets.set('key', 'hidden-key');
    const status = await lab.host.start(remote(server.url, { headers: { Authorization: { secret: 'key' } } }));
    expect(status).toMatchObject({ state: 'ready', about: { name: 'over-http', protocol: '2025-11-25' } });
    expect((await lab.call('echo', { text: 'hi' })).content).toEqual([{ type: 'text', text: 'echo hi' }]);
    const steps: number[] = [];
    const call = {
      signal: new AbortController().signal,
      folders: [],
      source: { kind: 'person' as const },
      onProgress: (p: { done: number }) => steps.push(p.done),
    };
    await lab.host.call('child' as never, 'slow', {}, call);
    expect(steps).toEqual([1, 2, 3]);
    await lab.call('more');
    await lab.until(() => lab.host.tools('child' as never).some((tool) => tool.name === 'added'));
    await lab.host.stop('child' as never);
    expect(server.seen.at(-1)).toBe('DELETE session hidden-key');
    expect(server.seen.every((line) => line.endsWith(' hidden-key'))).toBe(true);
    expect(server.sessions.size).toBe(1);
  });

  it('begins a new session when the server forgot the old one', async () => {
    const server = await streamable();
    await lab.host.start(remote(server.url));
    server.sessions.clear();
    await expect(lab.call('echo', { text: 'lost' })).rejects.toMatchObject({ code: 'tool-failed' });
    await lab.until(() => lab.status().state === 'ready' && lab.status().restarts === 1);
    expect((await lab.call('echo', { text: 'again' })).content).toEqual([{ type: 'text', text: 'echo again' }]);
  });

  it('64 calls at once, and one that is stopped', async () => {
    await lab.host.start(remote((await streamable()).url));
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => lab.call('echo', { text: `${i}` })));
    expect(answers.map((each) => (each.content[0] as { text: string }).text)).toEqual(Array.from({ length: 64 }, (_, i) => `echo ${i}`));
    const stop = new AbortController();
    stop.abort();
    await expect(lab.call('echo', { text: 'no' }, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('nothing there, something else there, a redirect elsewhere: each in words', async () => {
    expect((await lab.host.start(remote('http://127.0.0.1:9/mcp'))).failure).toMatchObject({ cause: 'unreachable' });
    const page = await serve((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'));
    expect((await lab.host.start(remote(page))).failure).toMatchObject({ cause: 'bad-protocol' });
    const hits: string[] = [];
    const elsewhere = await serve((request, response) => {
      hits.push(request.url ?? '');
      response.end();
    });
    const redirects = await serve((_request, response) => response.writeHead(307, { location: `${elsewhere}/stolen` }).end());
    expect((await lab.host.start(remote(redirects, { headers: { 'X-Key': { text: 'mine' } } }))).state).toBe('failed');
    expect(hits).toEqual([]);
    expect((await lab.host.start(remote('http://169.254.169.254/mcp'))).failure).toMatchObject({ cause: 'unreachable' });
  });

  it('a message larger than 4 MB, as JSON or as an event without end, harms nobody', async () => {
    for (const kind of ['application/json', 'text/event-stream']) {
      const url = await serve(async (request, response) => {
        const body = await bodyOf(request);
        if (request.method !== 'POST' || body.id === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end();
        response.writeHead(200, { 'content-type': kind });
        const piece = `data: ${'x'.repeat(64 * 1024)}\n`;
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      });
      const status = await lab.host.start(remote(url));
      expect(status.state).toBe('failed');
      expect(status.failure?.message).toMatch(/4 MB/);
    }
  });
});

it('a stream that ends without the answer is an error, at once', async () => {
  const url = await serve(async (request, response) => {
    const { id, method } = await bodyOf(request);
    if (id === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end();
    if (method === 'tools/call') return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n');
    const result =
      method === 'initialize'
        ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'short', version: '1' } }
        : { tools: [{ name: 'act', inputSchema: { type: 'object' } }] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  expect(await lab.host.start(remote(url))).toMatchObject({ state: 'ready', about: { protocol: '2025-06-18' } });
  await expect(lab.call('act')).rejects.toMatchObject({ code: 'tool-failed', message: expect.stringContaining('before it was complete') });
});

describe('the older form with SSE', () => {
  async function older(endpoint?: string) {
    const transports = new Map<string, SSEServerTransport>();
    const url = await serve(async (request, response) => {
      const path = new URL(request.url ?? '', 'http://x');
      if (request.method === 'GET' && path.pathname === '/sse') {
        if (endpoint !== undefined) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(`event: endpoint\ndata: ${endpoint}\n\n`);
          return;
        }
        const transport = new SSEServerTransport('/messages', response);
        transports.set(transport.sessionId, transport);
        await makeServer().connect(transport);
      } else if (request.method === 'POST' && path.pathname === '/messages')
        await transports.get(path.searchParams.get('sessionId') ?? '')?.handlePostMessage(request, response);
      else response.writeHead(405).end();
    });
    return { url: `${url}/sse`, transports };
  }

  it('is found by itself, and chosen', async () => {
    const server = await older();
    for (const transport of ['http', 'sse']) {
      expect((await lab.host.start(remote(server.url, { transport }))).state).toBe('ready');
      expect((await lab.call('echo', { text: 'old' })).content).toEqual([{ type: 'text', text: 'echo old' }]);
    }
  });
  it('comes back when its stream ends', async () => {
    const server = await older();
    await lab.host.start(remote(server.url));
    for (const transport of server.transports.values()) await transport.close();
    await lab.until(() => lab.status().restarts === 1 && lab.status().state === 'ready');
    expect((await lab.call('echo', { text: 'back' })).isError).toBe(false);
  });
  it('an endpoint at another origin is not used', async () => {
    const hits: string[] = [];
    const elsewhere = await serve((request, response) => {
      hits.push(request.url ?? '');
      response.end();
    });
    expect((await lab.host.start(remote((await older(`${elsewhere}/messages`)).url, { transport: 'sse' }))).state).toBe('failed');
    expect(hits).toEqual([]);
  });
});
