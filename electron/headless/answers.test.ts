// A bounded body, and an answer in JSON, over real connections.

import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ReadBody, readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';

const most = 10;
let server: Server;
let read: Promise<ReadBody>;
beforeEach(async () => {
  read = new Promise((resolve) => {
    server = createServer((incoming, response) => {
      void readBody(incoming, most).then((body) => {
        resolve(body);
        sendJson(response, 'fault' in body ? 413 : 200, 'fault' in body ? { fault: body.fault } : { bytes: body.bytes.length });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Without a length of its own, it comes in pieces. */
function post(pieces: readonly string[], headers: Record<string, string> = {}, isCut = false): Promise<Response | undefined> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false }, async (answer) => {
      const text = (await answer.toArray()).map(String).join('');
      resolve(new Response(text, { status: answer.statusCode as number, headers: answer.headers as Record<string, string> }));
    });
    sent.on('error', () => resolve(undefined));
    sent.on('close', () => resolve(undefined));
    for (const piece of pieces) sent.write(piece);
    // Once it was begun to be read: one that never came breaks nothing off.
    if (isCut) server.once('request', () => setImmediate(() => sent.destroy()));
    else sent.end();
  });
}

it('takes a body up to its limit, in as many pieces as it comes', async () => {
  const answer = await post(['12345', '67890']);
  expect(await answer?.json()).toEqual({ bytes: 10 });
  expect(await read).toEqual({ bytes: Buffer.from('1234567890') });
  expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
});

it('reads nothing of one that says it is larger, and ends the connection', async () => {
  const said = await post([], { 'content-length': '11' });
  expect([said?.status, said?.headers.get('connection'), await said?.json()]).toEqual([413, 'close', { fault: 'too-large' }]);
});

it('stops where a body without a length is larger', async () => {
  expect((await post(['123456', '78901']))?.status).toBe(413);
  expect(await read).toEqual({ fault: 'too-large' });
});

it('tells of one that broke off', async () => {
  await post(['123'], { 'content-length': '9' }, true);
  expect(await read).toEqual({ fault: 'broken-off' });
});
