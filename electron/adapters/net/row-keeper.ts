// One request's row in the ledger, from before anything is looked up to its end: what is refused has one too. A connection that is
// still open after some seconds is told of at once, and again when it has ended.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionBy } from '../../runtime/ports.ts';
import type { ConnectionRow } from './connection-row.ts';
import { portOf } from './policy.ts';

const openMs = 5000;

export class RowKeeper {
  readonly row: ConnectionRow;
  readonly #tell: (row: ConnectionRow) => void;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #socket: Socket | undefined;
  #wrote = 0;
  #read = 0;
  #tried: string[] = [];
  #isTold = false;

  constructor(about: { url: URL; method: string; purpose: string; by?: ConnectionBy | undefined }, tell: (row: ConnectionRow) => void) {
    const { by, url, ...rest } = about;
    this.#tell = tell;
    this.row = {
      id: randomBytes(9).toString('base64url'),
      at: Date.now(),
      address: '',
      port: Number(portOf(url)),
      localPort: 0,
      status: undefined,
      bytes: 0,
      bytesOut: 0,
      bytesIn: 0,
      ms: 0,
      error: undefined,
      isReused: false,
      isOpen: false,
      host: url.host,
      ...rest,
      ...(by === undefined ? {} : { by }),
    };
    this.#timer = setTimeout(() => {
      if (this.#socket !== undefined) this.#say({ isOpen: true });
    }, openMs);
    this.#timer.unref();
  }

  /** An address was tried; of several only one is used, and the others have rows of their own. */
  tried(address: string): void {
    if (!this.#tried.includes(address)) this.#tried.push(address);
  }

  connected(socket: Socket, isReused: boolean): void {
    this.#socket = socket;
    // A kept connection carried other requests before.
    this.#wrote = isReused ? socket.bytesWritten : 0;
    this.#read = isReused ? socket.bytesRead : 0;
    Object.assign(this.row, {
      isReused,
      address: socket.remoteAddress ?? '',
      port: socket.remotePort ?? this.row.port,
      localPort: socket.localPort ?? 0,
    });
  }

  /** Once; what comes later is not told. */
  end(error?: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    clearTimeout(this.#timer);
    this.row.error = error ?? this.row.error;
    const others = this.#tried.filter((address) => address !== this.row.address);
    if (this.row.address === '' && others.length > 0) this.row.address = others.pop() ?? '';
    for (const address of others)
      this.#tell({
        ...this.row,
        id: `${this.row.id}-${address}`,
        address,
        localPort: 0,
        status: undefined,
        bytes: 0,
        bytesOut: 0,
        bytesIn: 0,
        error: 'net-unreachable',
      });
    this.#say({ isOpen: false });
  }

  #say(state: { isOpen: boolean }): void {
    const socket = this.#socket;
    this.#tell({
      ...this.row,
      ...state,
      ms: Math.max(1, Math.round(performance.now() - this.#started)),
      ...(socket === undefined ? {} : { bytesOut: socket.bytesWritten - this.#wrote, bytesIn: socket.bytesRead - this.#read }),
    });
  }
}
