import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { JsonValue } from '../../../shared/model/json.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createNet } from '../../adapters/net/net.ts';
import { httpRequestNode } from './http-request.node.ts';

async function serve(answer: (request: IncomingMessage, body: string) => { status?: number; type?: string; body: string }) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const said = answer(request, body);
      response.writeHead(said.status ?? 200, { 'content-type': said.type ?? 'application/json' }).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const openHttp = (allowedHosts: string[]) =>
  openNode(httpRequestNode, { net: createNet() }, { settings: { get: () => ({ ...defaultSettings, allowedHosts }) } });

test('sends what it says and reads JSON as data', async () => {
  const url = await serve((request, body) => ({
    body: JSON.stringify({ method: request.method, at: request.url, kind: request.headers['x-kind'], body }),
  }));
  const node = openHttp(['127.0.0.1']);
  const config: Record<string, JsonValue> = {
    method: 'POST',
    url: `${url}/items?n={{ input.n }}`,
    headers: [{ name: 'X-Kind', value: '{{ input.kind }}' }],
    body: 'n is {{ input.n }}',
  };
  const end = await node.run(config, { given: [{ n: 3, kind: 'test' }] });
  expect(end.outputs?.out).toMatchObject({ status: 200, body: { method: 'POST', at: '/items?n=3', kind: 'test', body: 'n is 3' } });
});

test('a body that is not the JSON it claims stays text; a status of 400 and above fails unless it may not', async () => {
  const url = await serve(() => ({ status: 404, body: 'no {' }));
  const node = openHttp(['127.0.0.1']);
  const failed = await node.run({ url });
  expect(failed.error).toMatchObject({ code: 'http-status', retryable: false });
  expect((await node.run({ url, failOnStatus: false })).outputs?.out).toMatchObject({ status: 404, body: 'no {' });
});

test('this machine is not reached unless its address itself is allowed', async () => {
  let wasAsked = false;
  const url = await serve(() => {
    wasAsked = true;
    return { body: '1' };
  });
  const end = await openHttp(['*']).run({ url });
  expect(end.error?.code).toBe('address-not-allowed');
  expect(wasAsked).toBe(false);
});
