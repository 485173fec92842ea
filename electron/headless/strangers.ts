// Connections on which nobody has said a whole request yet. Everybody on this machine can open them, so they must not keep out those who
// may come in: there are so many at most, of which the oldest go first, and fewer of other users where the system tells whose they are.

import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A page opens some ahead of need; a browser six for one address. */
export const maxSilent = 96;
/** From here on it is looked up whose they are. */
const busyFrom = 16;
/** Of each other user. */
export const maxOfOthers = 16;
/** Between two looks, in milliseconds: a flood must not cost a look each. */
const lookMs = 20;

export interface Strangers {
  /** It said a whole request. */
  spoke(socket: Socket): void;
  count(): number;
  close(): void;
}

/** By the ports of those who are connected to this port of 127.0.0.1: their user ids. */
export type Owners = (port: number) => Promise<ReadonlyMap<number, number>>;

export function limitStrangers(http: Server, options: { owners?: Owners; ownUid?: number | undefined } = {}): Strangers {
  const { owners = process.platform === 'linux' ? ownersByProc : undefined, ownUid = process.getuid?.() } = options;
  /** In the order in which they came; with their user once that is known. */
  const silent = new Map<Socket, number | undefined>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const isOfOther = (uid: number | undefined): boolean => uid !== undefined && uid !== ownUid;
  const end = (socket: Socket): void => {
    silent.delete(socket);
    socket.destroy();
  };
  const makeRoom = (): void => {
    if (silent.size <= maxSilent) return;
    const [first, ...rest] = silent;
    const worst = [first, ...rest].find((each) => isOfOther(each?.[1])) ?? first;
    if (worst !== undefined) end(worst[0]);
  };
  const look = async (): Promise<void> => {
    const port = silent.keys().next().value?.localPort;
    if (owners === undefined || port === undefined) return;
    const found = await owners(port);
    const ofEach = new Map<number, number>();
    // The newest stay: one that came a moment ago may be about to speak.
    for (const [socket, known] of [...silent].reverse()) {
      const uid = known ?? found.get(socket.remotePort ?? 0);
      if (uid === undefined) continue;
      silent.set(socket, uid);
      if (!isOfOther(uid)) continue;
      const count = (ofEach.get(uid) ?? 0) + 1;
      ofEach.set(uid, count);
      if (count > maxOfOthers) end(socket);
    }
  };
  const lookSoon = (): void => {
    if (owners === undefined || timer !== undefined || silent.size <= busyFrom || isClosed) return;
    timer = setTimeout(() => {
      look()
        // Where the system does not tell, the oldest go first.
        .catch(() => undefined)
        .finally(() => {
          timer = undefined;
          if ([...silent.values()].includes(undefined)) lookSoon();
        });
    }, lookMs);
    timer.unref();
  };
  http.on('connection', (socket) => {
    silent.set(socket, undefined);
    socket.once('close', () => silent.delete(socket));
    makeRoom();
    lookSoon();
  });
  return {
    spoke: (socket) => void silent.delete(socket),
    count: () => silent.size,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Both ends of a connection of this machine are in the table; the other end names us as the remote one, and whose it is. */
export function ownersIn(table: string, port: number): Map<number, number> {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const owners = new Map<number, number>();
  for (const line of table.split('\n')) {
    if (!line.includes(remote)) continue;
    const [, local = '', far, , , , , uid] = line.trim().split(/\s+/);
    if (far === remote && uid !== undefined) owners.set(Number.parseInt(local.split(':')[1] ?? '', 16), Number(uid));
  }
  return owners;
}

const ownersByProc: Owners = async (port) => ownersIn(await readFile('/proc/net/tcp', 'latin1'), port);
