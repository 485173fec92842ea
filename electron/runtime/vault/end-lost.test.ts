// Taking a secret back from a server holds at once, not at its next start.

import { expect, test } from 'vitest';
import type { SecretName, ServerId } from '../../../shared/model/ids.ts';
import { type ServerConfig, serverConfig } from '../../../shared/model/tool.ts';
import { noFacts, type SecretFacts } from '../../../shared/model/vault.ts';
import type { Ports } from '../ports.ts';
import { endLost } from './end-lost.ts';

const name = 'key' as SecretName;
const server = (id: string, more: Partial<ServerConfig> = {}) =>
  serverConfig.parse({ id, title: id, command: 'node', env: { KEY: { secret: name } }, ...more });
const listed = (ids: string[], more: Partial<SecretFacts> = {}): SecretFacts => ({
  ...noFacts,
  access: 'listed',
  parties: ids.map((id) => ({ kind: 'server', id, title: id })),
  ...more,
});

async function changed(before: SecretFacts | undefined, after: SecretFacts, servers: ServerConfig[], state = 'ready'): Promise<string[]> {
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
  await endLost(ports, { name, kind: 'token', before, after }, { info: () => undefined, warn: () => undefined });
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
