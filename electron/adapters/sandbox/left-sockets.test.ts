// What a host that was ended by force left behind is removed at the next start; what lives, and what is anybody else's, stays.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sweepLeftSockets } from './left-sockets.ts';
import { listening } from './listen.ts';

it.skipIf(process.platform === 'win32')('the folder of a host that was killed goes; one that lives or is another’s stays', async () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-left-')));
  const folder = (name: string): string => {
    mkdirSync(join(place, name));
    return join(place, name);
  };
  const [dead, alive, elsewhere] = [folder('orrery-net-dead00'), folder('orrery-net-alive0'), folder('elsewhere')];
  writeFileSync(join(dead, 'hosts'), '');
  writeFileSync(join(elsewhere, 'mine'), 'mine');
  const making = folder('orrery-net-making');
  const old = folder('orrery-net-oldone');
  utimesSync(old, new Date(0), new Date(0));
  // Of no form of ours, a file in the place of a socket, and a link.
  const others = [folder('orrery-net-other-thing'), folder('orrery-net-nosock')];
  writeFileSync(join(others[1] as string, 'proxy.sock'), '');
  symlinkSync(elsewhere, join(place, 'orrery-net-linked'));
  const server = createServer();
  await listening(server, join(alive, 'proxy.sock'));
  const child = spawn(
    process.execPath,
    ['-e', `require('net').createServer().listen(${JSON.stringify(join(dead, 'proxy.sock'))}, () => console.log('up'))`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await once(child.stdout, 'data');
    expect(await sweepLeftSockets([place])).toBe(1);
    expect(readdirSync(place)).not.toContain('orrery-net-oldone');
    expect(existsSync(dead)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(dead, 'proxy.sock'))).toBe(true);
    expect(await sweepLeftSockets([place, place])).toBe(1);
    expect(existsSync(dead)).toBe(false);
    expect(
      [alive, making, ...others, join(elsewhere, 'mine'), join(place, 'orrery-net-linked')].filter((each) => !existsSync(each)),
    ).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    server.close();
    rmSync(place, { recursive: true, force: true });
  }
});
