// The typed client of the contract. Every failure that comes out of it, from a call or in the middle of a stream, is an AppError.

import { type ClientContext, type ClientLink, type ClientOptions, createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import { cancelled } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { Connection, type Dial } from './connection.ts';
import { connectionLost } from './connection-errors.ts';
import { hasPortBridge } from './page-socket.ts';
import { dialPort } from './port-dial.ts';
import { dialPage } from './socket-dial.ts';

export type Client = ContractRouterClient<Contract>;

const isStream = (value: unknown): value is AsyncIteratorObject<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;

/** A stream whose failures are AppErrors. */
function translated(source: AsyncIteratorObject<unknown>, translate: (error: unknown) => Error): AsyncIterableIterator<unknown> {
  return {
    next: () =>
      source.next().catch((error: unknown) => {
        throw translate(error);
      }),
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Follows the connection from wire to wire, so that the client the page holds never changes. */
class FollowingLink implements ClientLink<ClientContext> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    let epoch = this.#connection.getView().epoch;
    const translate = (error: unknown): Error => {
      // The caller's own abort is a cancel, however the wire library words it; a wire that breaks is not.
      if (options.signal?.aborted === true) return cancelled();
      const view = this.#connection.getView();
      const gone = view.state !== 'connected' || view.epoch !== epoch;
      const known = fromWireError(error);
      return known.code === 'cancelled' || (known.code === 'internal' && gone) ? connectionLost() : known;
    };
    try {
      const link = await this.#connection.link(options.signal);
      epoch = this.#connection.getView().epoch;
      const answer = await link.call(path, input, options);
      return isStream(answer) ? translated(answer, translate) : answer;
    } catch (error) {
      throw translate(error);
    }
  }
}

export const makeClient = (connection: Connection): Client => createORPCClient(new FollowingLink(connection));

let current: { connection: Connection; client: Client } | undefined;

/** Called once by each page's entry, before anything is mounted. Picks the wire; tests hand in their own. */
export function initClient(dial: Dial = pickDial()): Client {
  current?.connection.stop();
  const connection = new Connection(dial);
  current = { connection, client: makeClient(connection) };
  return current.client;
}

export function getConnection(): Connection {
  current ??= startDefault();
  return current.connection;
}

/** The page's client. It can be used at once: calls wait until the wire is there. */
export const client: Client = new Proxy({} as Client, {
  get: (_target, area: string) => {
    current ??= startDefault();
    return current.client[area as keyof Client];
  },
});

function startDefault(): { connection: Connection; client: Client } {
  const connection = new Connection(pickDial());
  return { connection, client: makeClient(connection) };
}

const pickDial = (): Dial => (hasPortBridge() ? dialPort : dialPage);
