// A host in a network of its own, traced from outside: connects in every way there is, then goes offline and tries all of it again.
// Prints its ledger as JSON. Started by ledger.test.ts only.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { openProxy } from '../adapters/sandbox/proxy.ts';
import { headlessShell } from '../headless/shell.ts';
import { connectionEntry } from './audit-records.ts';
import { openHost } from './open-host.ts';

const elsewhere = '93.184.216.34';
const nearby = '10.99.77.1';
execFileSync('ip', ['link', 'set', 'lo', 'up']);
for (const address of [elsewhere, nearby]) execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://x');
  const to = url.searchParams.get('to');
  if (to !== null) response.writeHead(302, { location: to }).end();
  else if (url.pathname.endsWith('/models')) response.end('{"data":[{"id":"m"}]}');
  else response.end('{"ok":true}');
});
await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
const { port } = server.address() as AddressInfo;

const opened = await openHost({ kind: 'cli', dataFolder: process.argv[2] ?? '', quiet: true, ...headlessShell });
if ('holder' in opened) throw new Error('The folder is held.');
const { host } = opened;
const { services, audit } = host.runtime;
const provider = (id: string, address: string) => ({
  id,
  type: 'openai-compatible' as const,
  title: id,
  baseUrl: `http://${address}:${port}/v1`,
  enabled: true,
});
// No model servers of the settings: they are asked some time after the start, and that would fall anywhere into the trace.
services.settings.change({ allowedHosts: ['*', `127.0.0.1:${port}`], providers: [] });
const proxy = await openProxy(
  { id: 'contained', home: '/nowhere', folders: [], hosts: ['*'] },
  {
    log: { warn: () => undefined, debug: () => undefined },
    onConnection: (row) => audit.record(connectionEntry(row)),
    isOffline: () => services.settings.get().offline,
  },
);

const codes: Record<string, string> = {};
async function note(name: string, work: () => Promise<unknown>): Promise<void> {
  codes[name] = await work().then(
    () => 'ok',
    (error: unknown) => toAppError(error).code,
  );
}
const fetchJson = async (url: string): Promise<void> => {
  const result = await services.belt.call({
    actor: { kind: 'person' },
    server: 'web' as ServerId,
    tool: 'fetch_json',
    args: { url },
    run: undefined,
    step: 'test',
    source: { kind: 'person' },
    context: { signal: AbortSignal.timeout(10_000), waiting: async () => undefined, answered: async () => undefined },
  });
  if (result.isError !== true) return;
  const text = JSON.stringify(result.content);
  throw new AppError(/Orrery is offline/.test(text) ? 'offline' : /leads to/.test(text) ? 'address-not-allowed' : 'failed', text);
};
const tunnel = () =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(path.join(proxy.folder, 'proxy.sock'));
    socket.once('error', reject);
    let text = '';
    socket.on('data', (data) => {
      const isFirst = text === '';
      text += data.toString('latin1');
      const status = text.slice(9, 12);
      if (isFirst && status === '200') socket.write(`GET / HTTP/1.1\r\nhost: ${elsewhere}:${port}\r\nconnection: close\r\n\r\n`);
      else if (status !== '200') reject(new Error(status));
      else if (text.includes('"ok":true')) {
        socket.destroy();
        resolve(status);
      }
    });
    socket.write(`CONNECT ${elsewhere}:${port} HTTP/1.1\r\n\r\n`);
  });

async function everything(when: string): Promise<void> {
  await note(`${when} elsewhere`, () => fetchJson(`http://${elsewhere}:${port}/`));
  await note(`${when} redirected`, () =>
    fetchJson(`http://${elsewhere}:${port}/?to=${encodeURIComponent(`http://${elsewhere}:${port}/there`)}`),
  );
  await note(`${when} this machine`, () => fetchJson(`http://127.0.0.1:${port}/`));
  await note(`${when} private`, () => fetchJson(`http://${nearby}:${port}/`));
  await note(`${when} name`, () => fetchJson(`http://nowhere.example.test:${port}/`));
  await note(`${when} model nearby`, async () => {
    const status = await services.models.test(provider('nearby', nearby));
    if (status.state !== 'ready')
      throw status.error === undefined ? new Error(status.state) : Object.assign(toAppError(new Error()), status.error);
  });
  await note(`${when} model here`, async () => {
    const status = await services.models.test(provider('here', '127.0.0.1'));
    if (status.state !== 'ready') throw new Error(status.state);
  });
  await note(`${when} contained`, tunnel);
}

await everything('online');
services.settings.change({ offline: true });
// Where the trace is cut: nothing listens there.
await new Promise<void>((done) => connect(1, '127.0.0.1').once('error', () => done()));
await everything('offline');
await proxy.close();
audit.flush();
const ledger = host.runtime.services.ports.store.audit.list({ limit: 500, kind: ['connection'] }).reverse();
const verdict = await audit.verify(undefined);
console.log(
  JSON.stringify({
    port,
    codes,
    ledger: ledger.map((entry) => ({ outcome: entry.outcome, who: entry.actor, ...entry.details })),
    chain: verdict.state,
  }),
);
await host.close();
server.close();
process.exit(0);
