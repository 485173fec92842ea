// Who the programs are: names, tokens (kept as hashes), what is open. A token is 256 random bits that the host makes. Who comes without
// one is unknown, whatever it calls itself.

import { AppError } from '../../../shared/errors.ts';
import type { McpClient, ProgramOrigin } from '../../../shared/model/client.ts';
import type { Ports } from '../ports.ts';
import type { Audit, Inbox, RunHub, Services } from '../services.ts';
import type { Clients, OpenSession } from './client-session.ts';
import { createClientLimits } from './limits.ts';
import { isUnknownName, programName, unknownName } from './names.ts';
import { isChatOf } from './program-chats.ts';
import type { ServeDeps } from './served.ts';
import { createSession, endLeftSessions, type OpenedSession } from './sessions.ts';

export interface ClientsDeps {
  services: Pick<Services, 'engine' | 'agents' | 'taints' | 'policy'> &
    Pick<ServeDeps, 'asClient' | 'noteChat'> & {
      hub: Pick<RunHub, 'create' | 'record' | 'watch'>;
      audit: Audit;
      inbox: Pick<Inbox, 'withdraw'>;
    };
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'vault' | 'log' | 'hash'> & { newToken(): string };
  /** Its grants go with it. */
  revokeGrants(client: string): void;
}

const maxOpen = 64;
/** Of them, those that nothing proves: under however many names they come, there is room for those with a token. */
const maxUnknownOpen = 32;
/** Programs without a token can call themselves anything; those that came longest ago are forgotten. */
const maxUnknown = 50;
const lookAfterMs = 200;

export function createClients({ services, ports, revokeGrants }: ClientsDeps): Clients {
  const { store, clock, ids, hash } = ports;
  const { audit } = services;
  const limits = createClientLimits({ clock, audit });
  const sessions = new Map<string, OpenedSession>();
  let isHostEnding = false;
  const ending = new AbortController();
  let looks: Promise<void> | undefined;

  const view = (client: Omit<McpClient, 'open'>): McpClient => ({
    ...client,
    open: [...sessions.values()].filter((each) => each.client === client.name).length,
  });
  const known = (name: string): Omit<McpClient, 'open'> => {
    const found = store.clients.get(name);
    if (found === undefined) throw new AppError('client-not-found', `There is no program ${name}.`, { hint: 'Reload the list.' });
    return found;
  };
  function begin(name: string, isProven: boolean, origin?: ProgramOrigin): OpenedSession {
    const unproven = [...sessions.values()].filter((each) => !each.isProven).length;
    const isFull = sessions.size >= maxOpen || (!isProven && unproven >= maxUnknownOpen);
    if (isFull)
      throw new AppError('too-many-sessions', `More than ${isProven ? maxOpen : maxUnknownOpen} programs are connected.`, {
        hint: 'End some of them.',
        retryable: true,
      });
    store.clients.seen(name, clock.now(), origin?.programs[0]);
    const id = ids.next();
    const session = createSession({ ...services, ports, limits, hostEnds: () => isHostEnding }, { client: name, isProven, origin });
    const whole: OpenedSession = {
      ...session,
      async close() {
        sessions.delete(id);
        await session.close();
      },
    };
    sessions.set(id, whole);
    return whole;
  }

  function openUnknown(claimed: string, origin?: ProgramOrigin): OpenedSession {
    const name = unknownName(claimed);
    limits.connect(name);
    const row = store.clients.get(name);
    if (row?.revokedAt !== undefined)
      throw new AppError('client-revoked', `The program ${name} is not let in any more.`, {
        hint: 'Let it in again under Settings, Programs, if it should be; or give it a token.',
      });
    if (row === undefined) {
      store.clients.put(name, 'local', undefined, clock.now());
      const isOpen = new Set([...sessions.values()].map((each) => each.client));
      const unknown = store.clients.list().filter((each) => isUnknownName(each.name) && each.revokedAt === undefined && each.name !== name);
      const oldest = unknown.sort((a, b) => (b.lastSeenAt ?? b.createdAt) - (a.lastSeenAt ?? a.createdAt)).slice(maxUnknown - 1);
      for (const each of oldest) if (!isOpen.has(each.name)) store.clients.forget(each.name);
    }
    return begin(name, false, origin);
  }

  function openProven(token: string, claimed: string | undefined, origin?: ProgramOrigin): OpenedSession | undefined {
    const row = token.length > 200 ? undefined : store.clients.findByToken(hash(token));
    if (row === undefined) return undefined;
    if (claimed !== undefined && claimed.trim() !== row.name)
      throw new AppError('client-not-that', `The token is that of ${row.name}, not of ${claimed.slice(0, 60)}.`, {
        hint: 'Leave --client out, or give the token that was made for that name.',
      });
    limits.connect(row.name);
    return begin(row.name, true, origin);
  }

  /** What was allowed to them goes on for nobody. Each is stopped, whatever becomes of the others. */
  async function stopWhatTheyBegan(names: readonly string[]): Promise<void> {
    const isTheirs = (client: string): boolean => names.includes(client);
    const begun = store.runs.listUnfinished().flatMap((run) => {
      const { origin } = run;
      if (run.kind === 'workflow' && origin.kind === 'client' && isTheirs(origin.client)) return [services.engine.cancel(run.id)];
      const isChat = origin.kind === 'chat' && names.some((name) => isChatOf(hash, name, origin.conversation));
      return isChat ? [services.agents.stop(origin.conversation)] : [];
    });
    for (const each of await Promise.allSettled(begun))
      if (each.status === 'rejected')
        ports.log.warn('What a revoked program began could not be stopped', { clients: names.join(', '), error: String(each.reason) });
  }

  /** Those whose revoking the end of a host cut off. */
  async function stopOfRevoked(): Promise<void> {
    const revoked = store.clients.list().flatMap(({ name, revokedAt }) => (revokedAt === undefined ? [] : [name]));
    if (revoked.length > 0) await stopWhatTheyBegan(revoked);
  }

  /** Changes come in bursts: what they come to is looked at once. */
  async function follow(changes: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of changes) {
      if (sessions.size === 0) continue;
      looks ??= clock.sleep(lookAfterMs, ending.signal).then(() => {
        looks = undefined;
        for (const session of sessions.values()) session.look();
      });
      await looks;
    }
  }

  const nobody = (): AppError =>
    new AppError('client-token-unknown', 'No program has this token, or it was revoked.', {
      hint: 'Make one in Orrery under Settings, Programs, and put it into ORRERY_TOKEN.',
    });

  return {
    list: () => store.clients.list().map(view),
    add(given) {
      const name = programName(given);
      if (isUnknownName(name))
        throw new AppError('client-name-kept', 'A name cannot end in “(unknown)”: that is for programs without a token.', {
          hint: 'Choose another name.',
          place: 'name',
        });
      const row = store.clients.get(name);
      if (row !== undefined && row.revokedAt === undefined)
        throw new AppError('client-exists', `There is already a program ${name}.`, {
          hint: 'Choose another name, or revoke that one first.',
          place: 'name',
        });
      const token = `orrery-${ports.newToken()}`;
      store.clients.put(name, 'token', hash(token), clock.now());
      return { client: view(known(name)), token };
    },
    letIn(name) {
      if (!isUnknownName(known(name).name))
        throw new AppError('client-needs-token', `${name} comes with a token.`, { hint: 'Make it a new token.' });
      store.clients.put(name, 'local', undefined, clock.now());
    },
    async revoke(name) {
      known(name);
      store.clients.revoke(name, clock.now());
      revokeGrants(name);
      await Promise.all([...sessions.values()].filter((each) => each.client === name).map((each) => each.close()));
      await stopWhatTheyBegan([name]);
    },
    open({ name, token, origin }: OpenSession) {
      if (token === undefined || token === '') return openUnknown(name ?? 'MCP client', origin);
      const session = openProven(token, name, origin);
      if (session !== undefined) return session;
      limits.connect(unknownName('wrong token'));
      audit.record({
        kind: 'access',
        actor: { kind: 'client', name: 'Another program' },
        what: 'mcp',
        outcome: 'denied',
        reason: `A program came with a token that no program has${name === undefined ? '' : `, as ${name.slice(0, 60)}`}.`,
        ...(origin === undefined ? {} : { details: { process: origin.process, programs: origin.programs } }),
      });
      throw nobody();
    },
    openByToken: (token) => openProven(token, undefined),
    find(id) {
      const session = sessions.get(id);
      if (session === undefined) throw new AppError('session-not-found', 'This session is over.', { hint: 'Connect again.' });
      return session;
    },
    idOf(session) {
      for (const [id, each] of sessions) if (each === session) return id;
      throw new AppError('session-not-found', 'This session is over.', { hint: 'Connect again.' });
    },
    hostEnds() {
      isHostEnding = true;
    },
    start(changes = []) {
      for (const each of changes)
        follow(each).catch((error: unknown) => {
          if (!ending.signal.aborted) ports.log.warn('Programs could not be told of a change', { error: String(error) });
        });
      stopOfRevoked().catch((error: unknown) =>
        ports.log.warn('What revoked programs began could not be stopped', { error: String(error) }),
      );
      endLeftSessions({ ports, hub: services.hub } as Parameters<typeof endLeftSessions>[0]).catch((error: unknown) =>
        ports.log.warn('Sessions of programs that an earlier host left could not be ended', { error: String(error) }),
      );
    },
    async close() {
      isHostEnding = true;
      ending.abort();
      await Promise.all([...sessions.values()].map((each) => each.close()));
    },
  };
}
