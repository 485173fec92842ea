// Taking a secret back from a server holds at once, not at its next start.

import { expect, test } from 'vitest';
import type { SecretName, ServerId } from '../../../shared/model/ids.ts';
import { type ServerConfig, serverConfig } from '../../../shared/model/tool.ts';
import { noFacts, type SecretFacts, type SecretInfo } from '../../../shared/model/vault.ts';
import type { Ports, Vault } from '../ports.ts';
import { endHolders, endLost, serversThatHold } from './end-lost.ts';
import { endingVault } from './ending-vault.ts';

const name = 'key' as SecretName;
const server = (id: string, more: Partial<ServerConfig> = {}) =>
  serverConfig.parse({ id, title: id, command: 'node', env: { KEY: { secret: name } }, ...more });
const listed = (ids: string[], more: Partial<SecretFacts> = {}): SecretFacts => ({
  ...noFacts,
  access: 'listed',
  parties: ids.map((id) => ({ kind: 'server', id, title: id })),
  ...more,
});

function portsWith(servers: ServerConfig[], state = 'ready'): { ports: Pick<Ports, 'store' | 'tools'>; done: string[] } {
  const done: string[] = [];
  const ports = {
    store: { servers: { list: () => servers } },
    tools: {
      servers: () => servers.map(({ id }) => ({ id, state })),
      stop: async (id: ServerId) => void done.push(`end ${id}`),
      start: async ({ id }: ServerConfig) => {
        done.push(`start ${id}`);
        throw new Error('It may not have it.');
      },
    },
  } as unknown as Pick<Ports, 'store' | 'tools'>;
  return { ports, done };
}
const silent = { info: () => undefined, warn: () => undefined };

async function changed(before: SecretFacts | undefined, after: SecretFacts, servers: ServerConfig[], state = 'ready'): Promise<string[]> {
  const { ports, done } = portsWith(servers, state);
  await endLost(ports, { name, kind: 'token', before, after }, silent);
  return done;
}

test('a running server that may no longer have it is ended and started again; the others go on', async () => {
  const all = [server('git'), server('mail'), server('none', { env: {} })];
  expect(await changed(listed(['git', 'mail']), listed(['mail']), all)).toEqual(['end git', 'start git']);
  expect(await changed(undefined, listed(['mail']), all)).toEqual(['end git', 'start git']);
  expect(await changed(noFacts, { ...noFacts, hosts: ['api.example.com'] }, all)).toEqual([
    'end git',
    'start git',
    'end mail',
    'start mail',
  ]);
  const inText = server('text', { env: {}, args: [`--key=\${secret:${name}}`] });
  expect(await changed(listed(['text']), listed([]), [inText])).toEqual(['end text', 'start text']);
});

test('nothing is started again where nothing is taken away, or nothing runs', async () => {
  const all = [server('git'), server('mail')];
  expect(await changed(listed(['git']), listed(['git', 'mail']), all)).toEqual([]);
  expect(await changed(listed([]), listed([]), all)).toEqual([]);
  expect(await changed(listed(['git']), listed(['git'], { expiresAt: 1 }), all)).toEqual([]);
  expect(await changed(listed(['git']), listed([]), all, 'stopped')).toEqual([]);
});

test('one that is deleted is taken from those that run with it, whatever deletes it', async () => {
  const oauth = server('signed-in', {
    env: {},
    command: '',
    transport: 'http',
    url: 'https://mcp.example.com',
    oauth: { by: 'person', clientSecret: name },
  });
  const { ports, done } = portsWith([server('git'), oauth, server('none', { env: {} })]);
  expect(serversThatHold(ports, name).map(({ id }) => id)).toEqual(['git', 'signed-in']);
  expect(serversThatHold(portsWith([server('git')], 'stopped').ports, name)).toEqual([]);
  let there = [name, 'other' as SecretName];
  const take = async (which: SecretName): Promise<void> => {
    there = there.filter((each) => each !== which);
  };
  const given = {
    list: () => there.map((each) => ({ name: each }) as SecretInfo),
    remove: take,
    keeper: {
      takeIn: ({ removeOthers }: { removeOthers: boolean }) => (removeOthers ? take(name) : Promise.resolve()),
      images: { restore: (which: SecretName, image: string | null) => (image === null ? take(which) : Promise.resolve()) },
    },
  } as unknown as Vault;
  const vault = endingVault(given, (gone) => endHolders(ports, gone, silent));
  const again = ['end git', 'start git', 'end signed-in', 'start signed-in'];
  const ways: Record<string, () => unknown> = {
    remove: () => vault.remove(name),
    restored: () => vault.keeper?.takeIn({ id: 'x', take: [], removeOthers: true, removeFile: false }),
    undone: () => vault.keeper?.images?.restore(name, null),
  };
  for (const [way, work] of Object.entries(ways)) {
    there = [name, 'other' as SecretName];
    done.length = 0;
    await work();
    expect(done, way).toEqual(again);
  }
  done.length = 0;
  await vault.remove('other' as SecretName);
  await vault.keeper?.takeIn({ id: 'x', take: [], removeOthers: false, removeFile: false });
  expect(done).toEqual([]);
});

test('one that was changed, turned off or removed while it was ended is not started as it was', async () => {
  const stored = [server('changed'), server('off'), server('gone'), server('same')];
  const { ports } = portsWith(stored);
  const begun: ServerConfig[] = [];
  ports.tools.stop = async (id) => {
    const at = stored.findIndex((each) => each.id === id);
    if (id === 'changed') stored[at] = server('changed', { args: ['--new'] });
    if (id === 'off') stored[at] = server('off', { enabled: false });
    if (id === 'gone') stored.splice(at, 1);
  };
  ports.tools.start = async (config) => {
    begun.push(config);
    throw new Error('It is not there to be started.');
  };
  await endHolders(ports, name, silent);
  expect(begun.map(({ id, args }) => [id, args])).toEqual([
    ['changed', ['--new']],
    ['same', []],
  ]);
});
