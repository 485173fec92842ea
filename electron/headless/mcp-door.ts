// `/mcp`: Orrery as an MCP server over Streamable HTTP, for programs on this machine that have a token of their own. The same exact
// Host and Origin as for pages, checked before anything is read; a page of a browser has no token, so it is not let in.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { toAppError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/model/json.ts';
import type { serveFace as ServeFace } from '../adapters/mcp-face/face.ts';
import type { Log } from '../runtime/ports.ts';
import type { ClientSession, Clients } from '../runtime/serve/client-session.ts';
import type { Door } from './door.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';

const maxBody = 4_000_000;
const maxSessions = 64;
const idleMs = 30 * 60_000;

interface Open {
  transport: StreamableHTTPServerTransport;
  session: ClientSession;
  token: string;
  usedAt: number;
  /** Requests that are open: one that waits for an answer is no idle session. */
  going: number;
}

export class McpDoor {
  readonly #clients: Clients;
  readonly #door: Door;
  readonly #log: Log;
  readonly #version: string;
  readonly #open = new Map<string, Open>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: { clients: Clients; door: Door; log: Log; version: string }) {
    this.#clients = options.clients;
    this.#door = options.door;
    this.#log = options.log;
    this.#version = options.version;
    this.#sweep = setInterval(() => void this.#endIdle(), 60_000);
    this.#sweep.unref();
  }

  static isMcp(url: string | undefined): boolean {
    return url === '/mcp' || url?.startsWith('/mcp?') === true;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wrong = this.#door.checkAddress(request);
    if (wrong !== undefined && !wrong.ok) return refuse(response, wrong.status, wrong.reason);
    // A browser always says one of these; a program has no reason to.
    if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
      return refuse(response, 403, 'Pages of a browser are not let in here.');
    const token = /^Bearer ([\w-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return unknown(response);
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? this.#open.get(id) : undefined;
    if (typeof id === 'string') {
      // Another program's session is as good as none.
      if (known === undefined || known.token !== token) return refuse(response, 404, 'There is no such session.');
      return this.#goOn(known, request, response);
    }
    if (request.method !== 'POST') return refuse(response, 400, 'Begin with an initialize request.');
    if (this.#open.size >= maxSessions) return refuse(response, 503, 'Too many programs are connected.');
    let session: ClientSession | undefined;
    try {
      session = this.#clients.openByToken(token);
    } catch (error) {
      const known = toAppError(error);
      if (!known.retryable) throw error;
      response.setHeader('retry-after', '60');
      return refuse(response, 429, known.message);
    }
    if (session === undefined) return unknown(response);
    let isBegun = false;
    try {
      const body = await messageOf(request, response);
      if (body === undefined) return;
      isBegun = await this.#begin(request, response, { session, token, body });
    } finally {
      // Whatever came instead of a beginning, also a program that left in the middle of it, leaves nothing open.
      if (!isBegun) await session.close();
    }
  }

  async #goOn(open: Open, request: IncomingMessage, response: ServerResponse): Promise<void> {
    open.usedAt = Date.now();
    open.going += 1;
    response.once('close', () => {
      open.going -= 1;
      open.usedAt = Date.now();
    });
    const body = request.method === 'POST' ? await messageOf(request, response) : undefined;
    // It was answered already: what it sent cannot be read.
    if (request.method === 'POST' && body === undefined) return;
    await open.transport.handleRequest(request, response, body);
  }

  /** False when it was no initialize request. */
  async #begin(
    request: IncomingMessage,
    response: ServerResponse,
    { session, token, body }: { session: ClientSession; token: string; body: unknown },
  ): Promise<boolean> {
    // Loaded by the first program that comes: most hosts never need the SDK's server.
    const { serveFace } = await import('../adapters/mcp-face/face.ts');
    const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => this.#clients.idOf(session),
      onsessioninitialized: (id) => void this.#open.set(id, { transport, session, token, usedAt: Date.now(), going: 0 }),
    });
    const { closed, changed } = await serveFace(session, transport as Parameters<typeof ServeFace>[1], this.#version);
    session.onEvent((event) => {
      if (event.type !== 'run') changed(event.type);
    });
    session.ended.addEventListener('abort', () => void transport.close(), { once: true });
    closed
      .then(() => {
        if (transport.sessionId !== undefined) this.#open.delete(transport.sessionId);
        return session.close();
      })
      .catch((error: unknown) => this.#log.warn('A program’s session could not be ended', { error: String(error) }));
    await transport.handleRequest(request, response, body);
    // Not an initialize request: nothing was opened, so nothing stays.
    if (transport.sessionId === undefined) await transport.close();
    return transport.sessionId !== undefined;
  }

  async #endIdle(): Promise<void> {
    const before = Date.now() - idleMs;
    for (const { transport, usedAt, going } of [...this.#open.values()]) if (going === 0 && usedAt < before) await transport.close();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#open.values()].map(({ transport }) => transport.close()));
  }
}

/** Answers by itself and gives nothing when it is too large or not JSON. */
async function messageOf(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const read = await readBody(request, maxBody);
  if ('fault' in read) {
    if (read.fault === 'too-large') refuse(response, 413, 'A message is at most 4 MB.');
    else refuse(response, 400, 'The message did not come to its end.');
    return undefined;
  }
  try {
    return parseJson(read.bytes.toString('utf8'), 'The message');
  } catch (error) {
    refuse(response, 400, toAppError(error).message);
    return undefined;
  }
}

const unknown = (response: ServerResponse): void => {
  response.setHeader('www-authenticate', 'Bearer');
  refuse(response, 401, 'Use the token that Orrery showed when this program was added.');
};

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return;
  sendJson(response, status, { jsonrpc: '2.0', id: null, error: { code: -32000, message } });
}
