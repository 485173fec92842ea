import { expect, it } from 'vitest';
import { reachTaken, reachWith } from './server-reach.ts';
import { serverConfig } from './tool.ts';

const config = (more: object) => serverConfig.parse({ id: 'x', title: 'X', command: 'npx', ...more });

it('gets what would mend its start, and loses nothing that it had', () => {
  const reach = {
    sandbox: 'on' as const,
    folders: [
      { path: '/a', write: true },
      { path: '/b', write: false },
    ],
    hosts: ['x.example'],
    roots: [],
    samplingTokens: 3,
  };
  const of = (more: object) => reachWith(config({ reach }), more);
  expect(of({ wantsFolder: { path: '/c', write: false } })).toEqual({
    ...reach,
    folders: [...reach.folders, { path: '/c', write: false }],
  });
  expect(of({ wantsFolder: { path: '/b', write: true } }).folders).toEqual([
    { path: '/a', write: true },
    { path: '/b', write: true },
  ]);
  expect(of({ wantsFolder: { path: '/a', write: false } }).folders).toContainEqual({ path: '/a', write: true });
  expect(of({ wantsToReach: 'api.example' })).toEqual({ ...reach, hosts: ['x.example', 'api.example'] });
  expect(of({ wantsToReach: 'x.example' })).toEqual(reach);
  expect(reachWith(config({ args: ['/home/ada/notes'] }), { wantsFolder: { path: '/c', write: false } })).toMatchObject({
    folders: [{ path: '/home/ada/notes' }, { path: '/c' }],
    hosts: ['*'],
  });
});

it('loses what is taken and no more; of a folder that it writes, writing alone may be taken', () => {
  const reach = {
    sandbox: 'on' as const,
    folders: [
      { path: '/a', write: true },
      { path: '/b', write: false },
    ],
    hosts: ['x.example', '*'],
    roots: ['/a'],
    samplingTokens: 3,
  };
  const without = (folders: { path: string; write: boolean }[], hosts: string[] = []) => reachTaken(reach, { folders, hosts });
  expect(without([{ path: '/a', write: false }], ['*'])).toEqual({
    ...reach,
    folders: [{ path: '/b', write: false }],
    hosts: ['x.example'],
  });
  expect(without([{ path: '/a', write: true }]).folders).toEqual([
    { path: '/a', write: false },
    { path: '/b', write: false },
  ]);
  expect(without([{ path: '/a/b', write: false }], ['other.example'])).toEqual(reach);
});
