// Folders of networks whose host was ended by force: nobody is left to remove them. Removes only what has our form, is a folder of this
// user's own, and holds a socket that nobody listens at any more. A process id would not do: the same folder may be seen from several
// containers, each with ids of its own.

import { lstat, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

export const socketFolderPrefix = 'orrery-net-';
export const mainSocket = 'proxy.sock';
/** Milliseconds after which one without a socket is no longer being made. */
const makingMs = 60_000;
/** Milliseconds between the two looks: a socket has a name a moment before it is listened at. */
const secondLookMs = 100;

/** Never throws; what cannot be looked at or removed stays. How many were removed. */
export async function sweepLeftSockets(places: readonly string[]): Promise<number> {
  let removed = 0;
  for (const place of new Set(places))
    for (const name of await readdir(place).catch(() => [])) {
      const folder = join(place, name);
      if (!/^orrery-net-[A-Za-z0-9]{6}$/.test(name) || !(await isLeft(folder))) continue;
      removed += await rm(folder, { recursive: true, force: true }).then(
        () => 1,
        () => 0, // not ours to remove after all
      );
    }
  return removed;
}

async function isLeft(folder: string): Promise<boolean> {
  const facts = await lstat(folder).catch(() => undefined);
  if (facts?.isDirectory() !== true || facts.uid !== process.getuid?.()) return false;
  const socket = await lstat(join(folder, mainSocket)).catch(() => undefined);
  if (socket === undefined) return Date.now() - facts.mtimeMs > makingMs;
  if (!socket.isSocket() || (await isListenedAt(join(folder, mainSocket)))) return false;
  await new Promise((done) => setTimeout(done, secondLookMs));
  return !(await isListenedAt(join(folder, mainSocket)));
}

/** Whatever is not a plain “nobody is there” counts as somebody: a host that is busy or stopped is not gone. */
function isListenedAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(1_000, () => answer(true));
    socket.once('connect', () => answer(true));
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}
