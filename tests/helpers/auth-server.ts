// A real authorization server of a test, and an MCP server that asks for its tokens: metadata, dynamic registration, PKCE, codes of
// one use, tokens that run out and are renewed in turn, scopes.

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Code {
  client: string;
  redirect: string;
  challenge: string;
  scope: string;
  resource: string;
}

export interface AuthLab {
  /** The MCP server's address. */
  url: string;
  issuer: string;
  /** Paths that were asked for, newest last. */
  seen: string[];
  tokens: Map<string, string>;
  /** Whatever was given out stops being good. */
  expire(): void;
  revoke(): void;
  /** Scope that calls of tools need. */
  needs(scope: string): void;
  /** A client that is known without registering, from any port of this machine. */
  knows(client: string): void;
  /** The MCP server names another sign-in service from now on. */
  moveTo(issuer: string): void;
  /** What metadata say of the authorization endpoint. */
  lie(authorize: string): void;
  close(): void;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};
const listen = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ server: Server; origin: string }> => {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};
const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};
const made = (prefix: string): string => `${prefix}-${randomBytes(12).toString('hex')}`;

export async function startAuthLab(): Promise<AuthLab> {
  const seen: string[] = [];
  const clients = new Map<string, string[]>();
  const codes = new Map<string, Code>();
  const tokens = new Map<string, string>();
  const refresh = new Map<string, { client: string; scope: string }>();
  let needed = 'read';
  let authorizeAt: string | undefined;
  let movedTo: string | undefined;
  const given = new Set<string>();

  const give = (response: ServerResponse, client: string, scope: string): void => {
    const [access, again] = [made('access'), made('refresh')];
    tokens.set(access, scope);
    refresh.set(again, { client, scope });
    json(response, 200, { access_token: access, refresh_token: again, token_type: 'Bearer', expires_in: 3600, scope });
  };
  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await bodyOf(request));
    const refuse = (error: string) => json(response, 400, { error, error_description: 'refused by the test' });
    if (form.get('grant_type') === 'refresh_token') {
      const kept = refresh.get(form.get('refresh_token') ?? '');
      refresh.delete(form.get('refresh_token') ?? '');
      return kept === undefined || kept.client !== form.get('client_id')
        ? refuse('invalid_grant')
        : give(response, kept.client, kept.scope);
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits = code !== undefined && code.client === form.get('client_id') && code.redirect === form.get('redirect_uri');
    if (!fits || code.challenge !== verifier || code.resource !== form.get('resource')) return refuse('invalid_grant');
    give(response, code.client, code.scope);
  };

  const auth = await listen(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://auth');
    seen.push(url.pathname);
    if (url.pathname === '/.well-known/oauth-authorization-server')
      return json(response, 200, {
        issuer: auth.origin,
        authorization_endpoint: authorizeAt ?? `${auth.origin}/authorize`,
        token_endpoint: `${auth.origin}/token`,
        registration_endpoint: `${auth.origin}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      });
    if (url.pathname === '/register') {
      const asked = JSON.parse(await bodyOf(request)) as { redirect_uris: string[] };
      const client = made('client');
      clients.set(client, asked.redirect_uris);
      return json(response, 201, { ...asked, client_id: client });
    }
    if (url.pathname === '/token') return exchange(request, response);
    if (url.pathname === '/authorize') {
      const ask = url.searchParams;
      const redirect = ask.get('redirect_uri') ?? '';
      const client = ask.get('client_id') ?? '';
      const mayReturn = clients.get(client)?.includes(redirect) === true || (given.has(client) && redirect.startsWith('http://127.0.0.1:'));
      const isKnown = mayReturn && ask.get('code_challenge_method') === 'S256';
      if (!isKnown) return void response.writeHead(400).end('unknown client');
      const code = made('code');
      codes.set(code, {
        client: ask.get('client_id') ?? '',
        redirect,
        challenge: ask.get('code_challenge') ?? '',
        scope: ask.get('scope') ?? '',
        resource: ask.get('resource') ?? '',
      });
      const back = new URL(redirect);
      back.search = new URLSearchParams({ code, state: ask.get('state') ?? '', iss: auth.origin }).toString();
      return void response.writeHead(302, { location: back.href }).end();
    }
    response.writeHead(404).end();
  });

  const resource = await listen(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://mcp').pathname;
    if (path === '/.well-known/oauth-protected-resource/mcp')
      return json(response, 200, {
        resource: `${resource.origin}/mcp`,
        authorization_servers: [movedTo ?? auth.origin],
        scopes_supported: ['read'],
      });
    if (path !== '/mcp' || request.method !== 'POST') return void response.writeHead(405).end();
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const message = JSON.parse(await bodyOf(request)) as {
      id?: number;
      method: string;
      params?: { name?: string; _meta?: { progressToken?: number } };
    };
    const scope = tokens.get(token);
    const challenge = (status: number, more: string) =>
      void response
        .writeHead(status, {
          'www-authenticate': `Bearer ${more}, resource_metadata="${resource.origin}/.well-known/oauth-protected-resource/mcp"`,
        })
        .end();
    if (scope === undefined) return challenge(401, 'error="invalid_token"');
    if (message.method === 'tools/call' && !scope.split(' ').includes(needed))
      return challenge(403, `error="insufficient_scope", scope="${needed}"`);
    if (message.id === undefined) return void response.writeHead(202).end();
    const results: Record<string, unknown> = {
      initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'guarded', version: '1' } },
      'tools/list': { tools: ['whoami', 'fails'].map((name) => ({ name, inputSchema: { type: 'object' } })) },
      // It knows its own token, and gives it away.
      'tools/call': { content: [{ type: 'text', text: `your token is ${token}` }] },
    };
    if (message.method === 'tools/call' && message.params?.name === 'fails') {
      // So it does on the way, and where it fails.
      const progress = { progressToken: message.params._meta?.progressToken, progress: 1, message: `with ${token}` };
      const lines = [
        { jsonrpc: '2.0', method: 'notifications/progress', params: progress },
        { jsonrpc: '2.0', id: message.id, error: { code: -32_000, message: `not with ${token}` } },
      ];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.end(lines.map((line) => `event: message\ndata: ${JSON.stringify(line)}\n\n`).join(''));
    }
    json(response, 200, { jsonrpc: '2.0', id: message.id, result: results[message.method] ?? {} });
  });

  return {
    url: `${resource.origin}/mcp`,
    issuer: auth.origin,
    seen,
    tokens,
    expire: () => tokens.clear(),
    revoke() {
      tokens.clear();
      refresh.clear();
    },
    needs(scope) {
      needed = scope;
    },
    knows: (client) => void given.add(client),
    moveTo(issuer) {
      movedTo = issuer;
    },
    lie(authorize) {
      authorizeAt = authorize;
    },
    close() {
      for (const { server } of [auth, resource]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
