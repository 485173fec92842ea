import { expect, test } from 'vitest';
import { programConfig } from './program-config.ts';

const facts = { name: 'My editor', command: ['/usr/bin/node', '/opt/orrery/cli.js'], dataFolder: '/home/you/data' };

test('a program that starts the command carries its token where its surroundings are named, and nowhere else', () => {
  const { mcpServers } = JSON.parse(programConfig('command', { ...facts, token: 'orrery-abc' }));
  expect(mcpServers.orrery).toEqual({
    command: '/usr/bin/node',
    args: ['/opt/orrery/cli.js', 'mcp', '--data', '/home/you/data'],
    env: { ORRERY_TOKEN: 'orrery-abc' },
  });
  expect(JSON.parse(programConfig('vscode', { ...facts, token: 'orrery-abc' })).servers.orrery).toMatchObject({
    type: 'stdio',
    env: { ORRERY_TOKEN: 'orrery-abc' },
  });
});

test('without a token it names itself', () => {
  const { orrery } = JSON.parse(programConfig('command', facts)).mcpServers;
  expect(orrery.args).toEqual(['/opt/orrery/cli.js', 'mcp', '--client', 'My editor', '--data', '/home/you/data']);
  expect(orrery.env).toBeUndefined();
});

test('by the address, the token is in the header', () => {
  const { orrery } = JSON.parse(programConfig('address', { ...facts, token: 'orrery-abc', address: 'http://127.0.0.1:1/mcp' })).servers;
  expect(orrery).toEqual({ type: 'http', url: 'http://127.0.0.1:1/mcp', headers: { Authorization: 'Bearer orrery-abc' } });
});
