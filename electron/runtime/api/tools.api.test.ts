import { createRouterClient } from '@orpc/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { toolHostRest } from '../../../tests/helpers/tool-host-rest.ts';
import type { Consent } from '../policy/proposals.ts';
import type { Log, ServerStore, ToolHost } from '../ports.ts';
import type { ToolBelt } from '../services.ts';
import { createServerReads } from '../tools/server-reads.ts';
import { startStoredServers, toolsApi } from './tools.api.ts';

const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

/** A host that keeps states and starts nothing. */
function fakeHost() {
  const states = new Map<string, ServerStatus>();
  const listeners = new Set<() => void>();
  const started: string[] = [];
  const builtIn = {
    id: 'files',
    title: 'Files',
    kind: 'built-in',
    state: 'ready',
    restarts: 0,
    toolCount: 1,
    stderr: [],
  } as unknown as ServerStatus;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const host: ToolHost = {
    ...toolHostRest,
    servers: () => [builtIn, ...states.values()],
    tools: () => [],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    prepare: (config) => void host.start(config).catch(() => undefined),
    start: async (config) => {
      if (config.command === 'refuse') throw new AppError('server-not-running', 'no');
      started.push(config.id);
      const status: ServerStatus = {
        id: config.id,
        title: config.title,
        kind: 'child',
        state: 'ready',
        config,
        restarts: 0,
        toolCount: 0,
        stderr: [],
      };
      states.set(config.id, status);
      tell();
      return status;
    },
    stop: async (id) => {
      const status = states.get(id);
      if (status !== undefined) states.set(id, { ...status, state: 'stopped' });
      tell();
    },
    remove: async (id) => {
      states.delete(id);
      tell();
    },
    call: async () => ({ content: [], isError: false }),
    close: async () => undefined,
  };
  return { host, started };
}

const config = (id: string, extra: object = {}) =>
  ({ id, title: id, command: 'run-me', args: [], env: {}, enabled: true, ...extra }) as unknown as ServerConfig;
const make = (consent?: Consent) => {
  const kept = new Map<string, ServerConfig>();
  const servers: ServerStore = {
    list: () => [...kept.values()],
    put: (each) => void kept.set(each.id, each),
    remove: (id) => void kept.delete(id),
  };
  const { host, started } = fakeHost();
  const asked: Parameters<ToolBelt['call']>[0][] = [];
  const belt: ToolBelt = {
    call: async (request) => {
      asked.push(request);
      return { content: [{ type: 'text', text: 'done' }], isError: false };
    },
    effectOf: () => 'once',
  };
  const ports = { store: { servers } as never, tools: host };
  const client = createRouterClient(
    toolsApi({ ports, belt, reads: createServerReads({ tools: host, vault: { redact: (text) => text } }) }),
    { context: { log, client: 'page', ...(consent === undefined ? {} : { consent }) } },
  );
  return { kept, started, asked, ports, client };
};
let it_: ReturnType<typeof make>;
beforeEach(() => {
  it_ = make();
});
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { data?: { code?: string } }) => error.data?.code ?? String(error),
  );

it('stores a server, starts it when enabled, and nothing else', async () => {
  expect((await it_.client.addServer({ config: config('one') })).state).toBe('ready');
  expect((await it_.client.addServer({ config: config('two', { enabled: false }) })).state).toBe('stopped');
  expect(it_.started).toEqual(['one']);
  expect([...it_.kept.keys()]).toEqual(['one', 'two']);
  expect((await it_.client.listServers()).map((server) => [server.id, server.state])).toEqual([
    ['files', 'ready'],
    ['one', 'ready'],
    ['two', 'stopped'],
  ]);
  expect(await codeOf(it_.client.addServer({ config: config('one') }))).toBe('server-exists');
  expect(await codeOf(it_.client.addServer({ config: config('files') }))).toBe('server-exists');
});

it('changes, stops, starts and removes', async () => {
  await it_.client.addServer({ config: config('one') });
  expect((await it_.client.updateServer({ config: config('one', { title: 'New', enabled: false }) })).state).toBe('stopped');
  expect(it_.kept.get('one')?.title).toBe('New');
  expect((await it_.client.startServer({ id: 'one' as never })).state).toBe('ready');
  expect((await it_.client.stopServer({ id: 'one' as never })).state).toBe('stopped');
  await it_.client.removeServer({ id: 'one' as never });
  expect(it_.kept.size).toBe(0);
  expect(await codeOf(it_.client.startServer({ id: 'one' as never }))).toBe('server-not-found');
  expect(await codeOf(it_.client.removeServer({ id: 'files' as never }))).toBe('server-built-in');
});

describe('a change made from settings that are no longer kept', () => {
  const reach = (...folders: string[]) => ({
    sandbox: 'on' as const,
    ...{ folders: folders.map((path) => ({ path, write: true })), hosts: [], roots: [], samplingTokens: 0 },
  });

  it('is refused with what is different now, and saves nothing', async () => {
    const first = config('one', { reach: reach('/a', '/b') });
    await it_.client.addServer({ config: first });
    // Another window takes a folder away and renames it; the first adds one to what it shows.
    const other = { ...first, title: 'Renamed', reach: reach('/a'), env: { KEY: { text: 'not to be said' } } };
    await it_.client.updateServer({ config: other, was: first });
    const late = it_.client.updateServer({ config: { ...first, reach: reach('/a', '/b', '/c') }, was: first });
    const refused = await late.catch((error: unknown) => (error as { data: { code: string; message: string } }).data);
    expect(refused).toMatchObject({ code: 'server-changed' });
    const { message } = refused as { message: string };
    for (const words of ['no longer: it may read and write /b', 'its name is “Renamed”', 'the variable KEY is new'])
      expect(message).toContain(words);
    expect(message).not.toContain('not to be said');
    expect(it_.kept.get('one')).toEqual(other);
    await it_.client.updateServer({ config: { ...other, reach: reach('/a', '/c') }, was: other });
    expect(it_.kept.get('one')?.reach).toEqual(reach('/a', '/c'));
  });

  it('is refused also where another came while the person was asked about it, and where what is other has no words', async () => {
    const answers: ((isAgreed: boolean) => void)[] = [];
    it_ = make({ isChosen: () => true, ask: () => new Promise((resolve) => void answers.push(resolve)) });
    const first = config('one', { enabled: false, reach: reach('/a', '/b') });
    it_.kept.set('one', first);
    const late = it_.client.updateServer({ config: { ...first, command: 'other' }, was: first });
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const turned = { ...first, reach: reach('/b', '/a') };
    it_.kept.set('one', turned);
    answers[0]?.(true);
    expect(await codeOf(late)).toBe('server-changed');
    expect(it_.kept.get('one')).toEqual(turned);
  });

  it('starts with what is kept when its last process has ended, and not at all once it was removed', async () => {
    const first = config('one', { reach: reach('/a', '/b') });
    await it_.client.addServer({ config: first });
    const host = it_.ports.tools;
    const ends = Promise.withResolvers<void>();
    const removeNow = host.remove;
    const stopped: Promise<void>[] = [];
    // The first to ask for its end waits for the process; whoever comes later finds none.
    host.remove = (id) => {
      const mine = stopped.length === 0 ? ends.promise.then(() => removeNow(id)) : Promise.resolve();
      stopped.push(mine);
      return mine;
    };
    const slow = it_.client.updateServer({ config: { ...first, reach: reach('/a', '/b', '/c') } });
    await Promise.resolve();
    while (stopped.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const narrow = { ...first, reach: reach('/a') };
    await it_.client.updateServer({ config: narrow });
    ends.resolve();
    expect((await slow).config).toEqual(narrow);
    expect(host.servers().find(({ id }) => id === 'one')?.config).toEqual(narrow);

    const again = Promise.withResolvers<void>();
    host.remove = async (id) => {
      if (it_.kept.has(id)) await again.promise;
      await removeNow(id);
    };
    const late = it_.client.updateServer({ config: { ...narrow, title: 'Other' } });
    while (it_.kept.get('one')?.title !== 'Other') await new Promise((resolve) => setImmediate(resolve));
    await it_.client.removeServer({ id: 'one' as never });
    again.resolve();
    expect(await codeOf(late)).toBe('server-not-found');
    expect(host.servers().map(({ id }) => id)).toEqual(['files']);
  });

  it('is shown the settings that are kept, whatever its program was started with', async () => {
    await it_.client.addServer({ config: config('one') });
    it_.kept.set('one', config('one', { reach: reach('/narrowed') }));
    const [shown] = (await it_.client.listServers()).filter(({ id }) => id === 'one');
    expect(shown?.config?.reach).toEqual(reach('/narrowed'));
  });
});

it('calls a tool as the person, through the belt', async () => {
  const result = await it_.client.call({ server: 'files' as never, tool: 'read_text', args: { path: '/x' } });
  expect(result.content).toEqual([{ type: 'text', text: 'done' }]);
  expect(it_.asked[0]).toMatchObject({
    actor: { kind: 'person' },
    server: 'files',
    tool: 'read_text',
    args: { path: '/x' },
    run: undefined,
    source: { kind: 'person' },
  });
});

it('watches changes until the reader leaves', async () => {
  const leave = new AbortController();
  const seen: number[] = [];
  const stream = await it_.client.watchServers(undefined, { signal: leave.signal });
  const reading = (async () => {
    for await (const servers of stream) {
      seen.push(servers.length);
      if (seen.length === 1) await it_.client.addServer({ config: config('one') });
      if (servers.some((server) => server.id === 'one' && server.state === 'ready')) leave.abort();
    }
  })();
  await reading.catch((error: unknown) => expect(String(error)).toMatch(/abort/i));
  expect(seen[0]).toBe(1);
  expect(seen.at(-1)).toBe(2);
});

it('starts stored servers that are enabled, whatever becomes of them', async () => {
  it_.kept.set('a', config('a'));
  it_.kept.set('b', config('b', { enabled: false }));
  it_.kept.set('c', config('c', { command: 'refuse' }));
  startStoredServers(it_.ports);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(it_.started).toEqual(['a']);
});
