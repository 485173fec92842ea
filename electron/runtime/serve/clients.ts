// Who the programs are: names, tokens (kept as hashes), what is open. A token is 256 random bits that the host makes.

import { AppError } from '../../../shared/errors.ts';
import { clientName, type McpClient } from '../../../shared/model/client.ts';
import type { Ports } from '../ports.ts';
import type { Audit, RunHub, Services } from '../services.ts';
import type { ClientSession, Clients } from './client-session.ts';
import { createSession, endLeftSessions } from './sessions.ts';
import type { ServeDeps } from './tools.ts';

export interface ClientsDeps {
  services: Pick<Services, 'engine' | 'agents' | 'taints' | 'policy'> &
    Pick<ServeDeps, 'asClient'> & { hub: Pick<RunHub, 'create' | 'record'>; audit: Audit };
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'vault' | 'log' | 'hash'> & { newToken(): string };
  /** Its grants go with it. */
  revokeGrants(client: string): void;
}

const maxOpen = 64;

export function createClients({ services, ports, revokeGrants }: ClientsDeps): Clients {
  const { store, clock, ids, hash } = ports;
  const sessions = new Map<string, ClientSession>();

  const view = (client: Omit<McpClient, 'open'>): McpClient => ({
    ...client,
    open: [...sessions.values()].filter((each) => each.client === client.name).length,
  });

  function begin(name: string): ClientSession {
    if (sessions.size >= maxOpen)
      throw new AppError('too-many-sessions', `More than ${maxOpen} programs are connected.`, {
        hint: 'End some of them.',
        retryable: true,
      });
    store.clients.seen(name, clock.now());
    const id = ids.next();
    const session = createSession({ ...services, ports }, name);
    const close = session.close;
    const whole: ClientSession = {
      ...session,
      async close() {
        sessions.delete(id);
        await close();
      },
    };
    sessions.set(id, whole);
    return whole;
  }

  const revoked = (name: string): AppError =>
    new AppError('client-revoked', `The program ${name} is not let in any more.`, {
      hint: 'Add it again on the Programs page, if it should be.',
    });

  return {
    list: () => store.clients.list().map(view),
    add(given) {
      const name = clientName.parse(given);
      const known = store.clients.get(name);
      if (known !== undefined && known.revokedAt === undefined)
        throw new AppError('client-exists', `There is already a program ${name}.`, {
          hint: 'Choose another name, or revoke that one first.',
          place: 'name',
        });
      const token = `orrery-${ports.newToken()}`;
      store.clients.put(name, 'token', hash(token), clock.now());
      services.audit.record({
        kind: 'change',
        actor: { kind: 'person', name: 'You' },
        what: `client:${name}`,
        outcome: 'done',
        reason: 'You let this program in.',
      });
      return { client: view(store.clients.get(name) as McpClient), token };
    },
    async revoke(name) {
      if (store.clients.get(name) === undefined)
        throw new AppError('client-not-found', `There is no program ${name}.`, { hint: 'Reload the list.' });
      store.clients.revoke(name, clock.now());
      revokeGrants(name);
      await Promise.all([...sessions.values()].filter((each) => each.client === name).map((each) => each.close()));
      services.audit.record({
        kind: 'change',
        actor: { kind: 'person', name: 'You' },
        what: `client:${name}`,
        outcome: 'done',
        reason: 'You revoked this program.',
      });
    },
    open(given) {
      const name = clientName.parse(given);
      const known = store.clients.get(name);
      if (known?.revokedAt !== undefined) throw revoked(name);
      if (known === undefined) store.clients.put(name, 'local', undefined, clock.now());
      return begin(name);
    },
    openByToken(token) {
      const known = token.length > 200 ? undefined : store.clients.findByToken(hash(token));
      return known === undefined ? undefined : begin(known.name);
    },
    find(id) {
      const session = sessions.get(id);
      if (session === undefined) throw new AppError('session-not-found', 'This session is over.', { hint: 'Connect again.' });
      return session;
    },
    idOf(session) {
      for (const [id, each] of sessions) if (each === session) return id;
      throw new AppError('session-not-found', 'This session is over.', { hint: 'Connect again.' });
    },
    start() {
      endLeftSessions({ ports, hub: services.hub } as Parameters<typeof endLeftSessions>[0]).catch((error: unknown) =>
        ports.log.warn('Sessions of programs that an earlier host left could not be ended', { error: String(error) }),
      );
    },
    async close() {
      await Promise.all([...sessions.values()].map((each) => each.close()));
    },
  };
}
