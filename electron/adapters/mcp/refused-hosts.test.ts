// A contained server that says only “fetch failed”: its start and its calls name what its proxy refused. Real servers, the real sandbox.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configOf, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { RefusedHosts, startRefused } from './refused-hosts.ts';

const quiet = { warn: () => undefined, debug: () => undefined };
const probe = createSandbox({ log: quiet, closed: [] });
const canContain = process.platform === 'linux' && probe.available.ok;

/** Reaches for a host at its start or in a call, and says of it what libraries say. */
const server = `
const http = require('node:http');
const [, , mode, host] = process.argv;
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const reach = (then) => {
  if (process.env.HTTP_PROXY === undefined) return then();
  const { hostname, port } = new URL(process.env.HTTP_PROXY);
  const request = http.request({ hostname, port, method: 'CONNECT', path: host });
  request.on('connect', (answer, socket) => { socket.destroy(); then(); });
  request.on('error', then);
  request.end();
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const failed = { id, error: { code: -32603, message: 'fetch failed' } };
  if (method === 'initialize' && mode === 'unknown-method') say({ id, error: { code: -32601, message: 'Method not found' } });
  else if (method === 'initialize' && mode === 'start') reach(() => say(failed));
  else if (method === 'initialize') say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } } });
  else if (method === 'tools/list') say({ id, result: { tools: [{ name: 'ask', inputSchema: { type: 'object' } }, { name: 'rest', inputSchema: { type: 'object' } }] } });
  else if (method === 'tools/call' && params.name === 'rest') say({ id, result: { content: [] } });
  else if (method === 'tools/call') reach(() => say(mode === 'throws' ? failed : { id, result: { isError: true, content: [{ type: 'text', text: 'fetch failed' }] } }));
});`;

let base: string;
let sandbox: Sandbox;
let lab: TestHost;
let isOffline = false;
beforeEach(() => {
  isOffline = false;
  base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-refused-')));
  mkdirSync(join(base, 'program'));
  writeFileSync(join(base, 'program', 'server.cjs'), server);
  sandbox = createSandbox({ log: quiet, closed: [], isOffline: () => isOffline });
  lab = testHost({ sandbox });
});
afterEach(async () => {
  await lab.close();
  await sandbox.close();
  rmSync(base, { recursive: true, force: true });
});
const start = async (mode: string, more: object = {}) => {
  await lab.host
    .start(
      configOf({
        command: process.execPath,
        args: [join(base, 'program', 'server.cjs'), mode, 'api.far.example:443'],
        reach: { hosts: ['near.example'] },
        ...more,
      }),
    )
    .catch(() => undefined);
  return lab.status();
};

describe.skipIf(!canContain)('a connection that was refused', () => {
  it('at the start is named with the words of the server, and what to do', async () => {
    const { failure } = await start('start');
    expect(failure).toMatchObject({
      cause: 'sandbox',
      wantsToReach: 'api.far.example',
      message: expect.stringMatching(/Its words: fetch failed During its start its connection to api\.far\.example was refused/),
      hint: expect.stringContaining('Add the host api.far.example on its Permissions tab'),
    });
    isOffline = true;
    expect((await start('start')).failure).toMatchObject({
      cause: 'unreachable',
      message: expect.stringContaining('refused: Orrery is offline.'),
      hint: expect.stringContaining('Turn “Offline” off'),
    });
  });

  it('in a call stands beneath its result and in the words of its error, and not beneath the next', async () => {
    await start('call');
    const result = await lab.call('ask');
    expect(result).toMatchObject({ isError: true, content: [{ type: 'text', text: 'fetch failed' }] });
    expect(result.notes).toEqual([
      'During this call its connection to api.far.example was refused: that host is not among those it may reach. Add the host api.far.example on its Permissions tab, if it should reach it.',
    ]);
    expect((await lab.call('rest')).notes).toBeUndefined();
    isOffline = true;
    expect((await lab.call('ask')).notes).toEqual([expect.stringContaining('was refused: Orrery is offline. Turn “Offline” off')]);
    await start('throws');
    await expect(lab.call('ask')).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringMatching(/fetch failed.*connection to api\.far\.example was refused: Orrery is offline\.$/),
      hint: expect.stringContaining('Turn “Offline” off'),
    });
  });
});

it.skipIf(!canContain)('one without a network is told so, at its start and in a call', async () => {
  const none = { reach: { hosts: [] } };
  const { failure } = await start('start', none);
  expect(failure).toMatchObject({
    cause: 'sandbox',
    message: expect.stringMatching(/Its words: fetch failed It runs in a sandbox without a network\.$/),
    hint: expect.stringContaining('Permissions tab'),
  });
  await start('call', none);
  expect((await lab.call('ask')).notes).toEqual([expect.stringMatching(/^It runs in a sandbox without a network\. Add the hosts/)]);
});

it('an error over the protocol is the words of an MCP server; one that knows no MCP is none', async () => {
  const open = { reach: { sandbox: 'off' } };
  const { failure } = await start('start', open);
  expect(failure).toMatchObject({ cause: 'unknown', message: expect.stringMatching(/^It speaks MCP.*Its words: fetch failed$/) });
  expect(failure?.hint).not.toContain('over stdio');
  expect((await start('unknown-method', open)).failure).toMatchObject({ cause: 'bad-protocol' });
});

it('a start that failed for something else keeps its cause and only says what was refused', () => {
  const refused = new RefusedHosts(['near.example']);
  refused.add({ host: 'telemetry.example:443', code: 'host-not-allowed', message: '' });
  const exited = { cause: 'exited' as const, message: 'It exited with code 1. Its last words: no notes', hint: 'Mend it.' };
  expect(startRefused(exited, refused)).toEqual({
    ...exited,
    message: `${exited.message} During its start its connection to telemetry.example was refused: that host is not among those it may reach.`,
  });
  const secret = { cause: 'missing-secret' as const, message: 'It wants API_KEY.', hint: 'Give it.' };
  expect(startRefused(secret, refused)).toBe(secret);
  expect(startRefused(exited, new RefusedHosts([]))).toBe(exited);
  expect(startRefused({ ...exited, message: 'getaddrinfo ENOTFOUND far.example' }, new RefusedHosts(['near.example']))).toMatchObject({
    wantsToReach: 'far.example',
    message: expect.stringContaining('far.example is not among the hosts it may reach.'),
  });
});
