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

/** By the addresses and ports of those who are connected to this port of 127.0.0.1: their user ids. */
export type Owners = (port: number) => Promise<ReadonlyMap<string, number>>;

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
      const uid = known ?? found.get(`${socket.remoteAddress}:${socket.remotePort}`);
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

/**
 * Both ends of a connection of this machine are in the tables; the other end names us as the remote one, and whose it is. By its whole
 * address: another user may come from 127.0.0.2 with the same port as the person's browser has at 127.0.0.1.
 */
export function ownersIn(tables: string, port: number): Map<string, number> {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const owners = new Map<string, number>();
  for (const line of tables.split('\n')) {
    if (!line.includes(remote)) continue;
    const [, local = '', far = '', , , , , uid] = line.trim().split(/\s+/);
    if (v4(far) === remote && uid !== undefined) owners.set(readable(v4(local)), Number(uid));
  }
  return owners;
}

/** A socket of IPv6 that speaks with IPv4 stands in the table of its own with these signs before its address. */
const v4 = (place: string): string => place.replace(/^0{16}FFFF0000/, '');

/** `0100007F:10DD` is 127.0.0.1:4317. */
function readable(place: string): string {
  const [address = '', port = ''] = place.split(':');
  const parts = (address.match(/../g) ?? []).map((part) => Number.parseInt(part, 16)).reverse();
  return `${parts.join('.')}:${Number.parseInt(port, 16)}`;
}

const ownersByProc: Owners = async (port) => {
  const tables = [
    readFile('/proc/net/tcp', 'latin1'),
    // Not there where IPv6 is switched off.
    readFile('/proc/net/tcp6', 'latin1').catch(() => ''),
  ];
  return ownersIn((await Promise.all(tables)).join('\n'), port);
};
