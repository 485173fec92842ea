// The way out of a sandbox, asked directly: what the offline switch ends, and what it leaves.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kindOf } from '../net/address.ts';
import { openProxy } from './proxy.ts';
import type { SandboxConnection } from './sandbox-port.ts';

/** Of this machine, as a neighbour would ask for it: not its loopback. */
const own = Object.values(networkInterfaces())
  .flat()
  .find((each) => each !== undefined && !each.internal && ['private', 'public'].includes(kindOf(each.address)))?.address;
const written = own?.includes(':') ? `[${own}]` : own;

it.skipIf(process.platform === 'win32' || own === undefined)(
  'the offline switch ends what is open to elsewhere, and lets nothing new out',
  async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).write('hello'));
    server.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const rows: SandboxConnection[] = [];
    let offline = false;
    const proxy = await openProxy(
      { id: 'one', home: '/', folders: [], hosts: [`${written}:${port}`, `127.0.0.1:${port}`] },
      { log: { warn: () => undefined, debug: () => undefined }, onConnection: (row) => rows.push(row), isOffline: () => offline },
    );
    const ask = async (host: string) => {
      const socket = connect(join(proxy.folder, 'proxy.sock'));
      socket.on('error', () => undefined).write(`CONNECT ${host}:${port} HTTP/1.1\r\nhost: x\r\n\r\n`);
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      await expect.poll(() => /hello|403/.test(text)).toBe(true);
      return { socket, text: () => text, isClosed: () => socket.destroyed || socket.readableEnded };
    };
    try {
      const elsewhere = await ask(written ?? '');
      const here = await ask('127.0.0.1');
      offline = true;
      proxy.endOutside();
      await expect.poll(elsewhere.isClosed).toBe(true);
      expect(here.isClosed()).toBe(false);
      expect((await ask(written ?? '')).text()).toContain('403');
      expect((await ask('127.0.0.1')).text()).toContain('hello');
      expect(rows.map((row) => row.error)).toContain('offline');
      here.socket.destroy();
    } finally {
      await proxy.close();
      server.close();
    }
  },
);
