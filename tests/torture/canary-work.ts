// The canaries and the work that uses them: what each is, where it is planted, and how it must arrive.

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';

export interface Canary {
  name: string;
  value: string;
  /** True once whoever it is for has it. */
  delivered(seen: Seen): boolean;
}
export interface Seen {
  /** What came to the receiver: headers, addresses and bodies, also decoded from base64. */
  http: string;
  /** Hashes of what the tool server was given. */
  server: ReadonlySet<string>;
  /** What the model server was given as keys. */
  modelKeys: string;
  /** What was opened with it. */
  opened: ReadonlySet<string>;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const random = (): string => randomBytes(12).toString('hex');
const overHttp = (name: string, value = `canary-${name}-${random()}`): Canary => ({
  name,
  value,
  delivered: (seen) => seen.http.includes(value),
});
const toServer = (name: string, value = `canary-${name}-${random()}`): Canary => ({
  name,
  value,
  delivered: (seen) => seen.server.has(hashOf(value)),
});
const opens = (name: string): Canary => ({ name, value: `canary-${name}-${random()}`, delivered: (seen) => seen.opened.has(name) });
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const seed = Array.from(randomBytes(32), (byte) => base32[byte % 32]).join('');

export const canaries = {
  header: overHttp('header'),
  query: overHttp('query'),
  body: overHttp('body'),
  hook: overHttp('hook'),
  oauth: overHttp('oauth'),
  basic: overHttp('basic'),
  loginUser: overHttp('loginUser'),
  loginPassword: overHttp('loginPassword'),
  /** Its code arrives, itself never. */
  totpSeed: { name: 'totpSeed', value: seed, delivered: (seen: Seen) => /"code":"\d{6}"/.test(seen.http) } satisfies Canary,
  note: overHttp('note'),
  imported: overHttp('imported'),
  env: toServer('env'),
  envLogin: toServer('envLogin'),
  keyFile: toServer('keyFile', `-----BEGIN KEY-----\ncanary-keyFile-${random()}\n-----END KEY-----`),
  toolArgument: toServer('toolArgument'),
  agentArgument: toServer('agentArgument'),
  provider: {
    name: 'provider',
    value: `canary-provider-${random()}`,
    delivered(seen: Seen) {
      return seen.modelKeys.includes(this.value);
    },
  } as Canary,
  passphrase: opens('passphrase'),
  backupPassphrase: opens('backupPassphrase'),
  /** Made by the host, into a file; read from it there. */
  recovery: opens('recovery'),
} as const;

/** The forms in which a value is searched for; lines of a key file by themselves. */
export function formsOf(value: string): string[] {
  const core = /canary-\w+-\w+/.exec(value)?.[0] ?? value;
  const bytes = Buffer.from(core);
  return [
    core,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(core),
    core.replaceAll('-', ''),
  ].filter((form, index, all) => all.indexOf(form) === index);
}

/** An echo: it says back all that it was told, in headers, body and errors. */
export async function startReceiver() {
  let seen = '';
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      const basic = /Basic (\S+)/.exec(request.headers.authorization ?? '')?.[1];
      seen += `${request.url} ${JSON.stringify(request.headers)} ${body} ${basic === undefined ? '' : Buffer.from(basic, 'base64').toString()}\n`;
      const echo = JSON.stringify({ url: request.url, headers: request.headers, body });
      response.writeHead(request.url?.startsWith('/fail') === true ? 500 : 200, {
        'content-type': 'application/json',
        'x-echo': request.headers['x-token'] ?? '',
      });
      response.end(echo);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => seen,
    close: () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const handle = (name: string, field?: string): string => `\${secret:${name}${field === undefined ? '' : `/${field}`}}`;

export function workflowFor(url: string): WorkflowDocument {
  const node = (id: string, kind: string, config: object, index: number) => ({
    id,
    kind,
    version: 1,
    position: { x: index * 240, y: 0 },
    config,
    // What fails is meant to: its error text is one of the places that are searched.
    onError: 'continue' as const,
  });
  const http = (id: string, config: object, index: number) =>
    node(id, 'tool.http-request', { method: 'GET', url, headers: [], body: '', failOnStatus: true, ...config }, index);
  const steps = [
    http(
      'a',
      {
        headers: [
          { name: 'X-Token', value: handle('header') },
          { name: 'Authorization', value: `Bearer ${handle('oauth')}` },
        ],
      },
      1,
    ),
    http('b', { url: `${url}/q?key=${handle('query')}` }, 2),
    http(
      'c',
      {
        method: 'POST',
        body: `{"body":"${handle('body')}","note":"${handle('note')}"}`,
        headers: [{ name: 'X-Hook', value: handle('hook') }],
      },
      3,
    ),
    http(
      'd',
      {
        method: 'POST',
        body: `{"user":"${handle('login', 'username')}","password":"${handle('login')}","code":"${handle('login', 'totp')}"}`,
      },
      4,
    ),
    http(
      'e',
      {
        url: `${url}/fail`,
        headers: [
          { name: 'X-A', value: handle('basic') },
          { name: 'X-B', value: handle('imported') },
        ],
      },
      5,
    ),
    node('f', 'tool.call', { server: 'leaky', tool: 'leak', args: { text: handle('toolArgument') } }, 6),
    node('g', 'tool.call', { server: 'leaky', tool: 'fail', args: { text: handle('toolArgument') } }, 7),
  ];
  const start = node('start', 'trigger.manual', {}, 0);
  const edges = steps.map((step) => ({ id: `e-${step.id}`, from: { node: 'start', port: 'out' }, to: { node: step.id, port: 'in' } }));
  return {
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Canaries',
    description: '',
    nodes: [start, ...steps],
    edges,
  } as unknown as WorkflowDocument;
}
