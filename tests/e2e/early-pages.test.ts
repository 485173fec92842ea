// A host gives out its pages before it is built: what comes in between waits and is answered then, or is told why there is no host.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket as Socket } from 'ws';
import { sha256 } from '../../electron/adapters/hash.ts';
import type { FrontDoor } from '../../electron/headless/front-door.ts';
import { addressOf, openFront, originOf } from '../../electron/headless/open-front.ts';
import { headlessShell } from '../../electron/headless/shell.ts';
import { standBehind } from '../../electron/headless/stand-behind.ts';
import { openHost } from '../../electron/host/open-host.ts';
import { attachToHost, type HostClient } from '../../electron/wires/attach.ts';
import { localSocketPath } from '../../electron/wires/local-place.ts';
import { WireServer } from '../../electron/wires/serve.ts';
import { AppError } from '../../shared/errors.ts';
import { recordingRouter, silentLog, testContext } from '../contract/wire-rig.ts';
import { startHost } from '../helpers/headless-host.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-early-'));
const { router, executed } = recordingRouter({ 'memory.listTags': () => [{ tag: 'home', count: 1 }] });
const cannot = new AppError('disk-full', 'The disk is full.', { hint: 'Make room and start Orrery again.' });

beforeAll(() => {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Orrery</title>');
  writeFileSync(path.join(folder, 'assets/app-12345678.js'), 'document.title = "loaded";');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Visit {
  cookie: string;
  /** Opens the wire as a page does. */
  dial(): { socket: Socket; ended: Promise<string> };
}

/** What a browser does with the printed address. */
async function visit(front: FrontDoor): Promise<Visit> {
  const exchanged = await fetch(addressOf(front).address, { redirect: 'manual' });
  const cookie = exchanged.headers.get('set-cookie')?.split(';')[0] ?? '';
  const key = /#key=(.+)$/.exec(exchanged.headers.get('location') ?? '')?.[1] ?? '';
  const page = await fetch(`${originOf(front)}/`, { headers: { cookie } });
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Orrery</title>']);
  return {
    cookie,
    dial() {
      const socket = new Socket(`${originOf(front).replace('http', 'ws')}/wire`, ['orrery', `orrery-key.${key}`], {
        headers: { cookie, origin: originOf(front) },
      });
      const ended = new Promise<string>((resolve) => {
        socket.once('open', () => resolve('open'));
        socket.once('error', (error) => resolve(error.message));
      });
      return { socket, ended };
    },
  };
}

const session = (front: FrontDoor, { cookie }: Visit): Promise<Response> =>
  fetch(`${originOf(front)}/session`, { headers: { cookie, 'orrery-challenge': 'A'.repeat(43) } });

it('pages, scripts and sessions are there before the host; a wire and its call wait for it', async () => {
  const front = await openFront({ rendererFolder: folder, port: 0 });
  const mine = await visit(front);
  const script = await fetch(`${originOf(front)}/assets/app-12345678.js`, { headers: { cookie: mine.cookie } });
  expect(await script.text()).toBe('document.title = "loaded";');
  expect((await session(front, mine)).status).toBe(200);
  const { socket, ended } = mine.dial();
  const client: HostClient = createORPCClient(new RPCLink({ websocket: socket as unknown as WebSocket }));
  const tags = client.memory.listTags();
  const hook = fetch(`${originOf(front)}/hooks/none/${'t'.repeat(30)}`);
  // Answered by the same process after both were sent: they are not ahead of it.
  expect((await session(front, mine)).status).toBe(200);
  expect([socket.readyState, executed]).toEqual([Socket.CONNECTING, []]);
  const close = standBehind(front, { wires: new WireServer(router, silentLog), context: () => testContext });
  expect(await ended).toBe('open');
  expect(await tags).toEqual([{ tag: 'home', count: 1 }]);
  // Without webhooks it is an address like any other, which a session is needed for.
  expect((await hook).status).toBe(401);
  await close();
});

it('who may not come in is turned away at once, also while there is no host', async () => {
  const front = await openFront({ rendererFolder: folder, port: 0 });
  expect((await fetch(`${originOf(front)}/`)).status).toBe(401);
  const stranger = new Socket(`${originOf(front).replace('http', 'ws')}/wire`, ['orrery'], { headers: { origin: originOf(front) } });
  expect(await new Promise((resolve) => stranger.once('error', (error) => resolve(error.message)))).toContain('401');
  await front.close();
});

it('a host that cannot be built: who waits is refused, the page is told why, and then nobody listens', async () => {
  const front = await openFront({ rendererFolder: folder, port: 0 });
  const mine = await visit(front);
  expect((await session(front, mine)).status).toBe(200);
  const { ended } = mine.dial();
  const hook = fetch(`${originOf(front)}/hooks/none/${'t'.repeat(30)}`);
  expect((await session(front, mine)).status).toBe(200);
  const failed = front.fail(cannot);
  expect(await ended).toContain('503');
  expect((await hook).status).toBe(503);
  // Not to who has no session.
  expect((await fetch(`${originOf(front)}/session`)).status).toBe(401);
  const told = await session(front, mine);
  expect([told.status, await told.json()]).toEqual([503, { error: cannot.toJSON() }]);
  await session(front, mine);
  await failed;
  await expect(fetch(`${originOf(front)}/`)).rejects.toThrow();
});

it('the order of a start: folder and database, then pages and the command line’s socket, then the host; a late failure leaves nothing open', async () => {
  const data = path.join(folder, 'data');
  const socket = localSocketPath(data, sha256(data), process.platform, tmpdir());
  const order: string[] = [];
  let attached: Promise<unknown> | undefined;
  const failing = openHost({
    kind: 'headless',
    dataFolder: data,
    quiet: true,
    onReadable: () => {
      order.push(existsSync(path.join(data, 'orrery.db')) ? 'readable' : 'nothing there');
      attached = attachToHost(socket).catch((error: unknown) => error);
    },
    loadShell: async () => {
      order.push('shell');
      throw cannot;
    },
  });
  await expect(failing).rejects.toBe(cannot);
  expect(order).toEqual(['readable', 'shell']);
  expect(await attached).toMatchObject({ code: 'host-unreachable' });
  // The folder, its database and the socket are free again, and who attaches early is answered by the host that comes.
  let early: ReturnType<typeof attachToHost> | undefined;
  const opened = await openHost({
    kind: 'headless',
    dataFolder: data,
    quiet: true,
    ...headlessShell,
    onReadable: () => {
      early = attachToHost(socket);
    },
  });
  if (!('host' in opened)) throw new Error(opened.message);
  const held = await openHost({ kind: 'headless', dataFolder: data, quiet: true, ...headlessShell });
  expect('holder' in held ? held.message : '').toContain(`in use by the headless host (process ${process.pid})`);
  const connection = await early;
  expect(await connection?.client.app.getInfo()).toMatchObject({ host: 'headless', dataFolder: data });
  connection?.close();
  await opened.host.close();
});

it('a process whose host fails late has said its address, says why on stderr, and ends with a code', async () => {
  const data = path.join(folder, 'broken');
  const first = await startHost({ dataFolder: data });
  await first.kill();
  // What only the host looks at: the database opens, and is of the right version.
  const database = new DatabaseSync(path.join(data, 'orrery.db'));
  database.exec('drop table jobs');
  database.close();
  const second = await startHost({ dataFolder: data });
  await new Promise((resolve) => second.process.once('exit', resolve));
  expect(second.process.exitCode).toBe(1);
  expect(JSON.parse(second.stderr().trim().split('\n').at(-1) ?? '')).toMatchObject({
    error: { code: expect.stringMatching(/^[a-z-]+$/) },
  });
  expect(existsSync(path.join(data, 'host.json'))).toBe(false);
});
