import { expect, test } from 'vitest';
import { foldersFor, hostsFor, isWithin, reachOf } from './reach.ts';

const files = (...paths: string[]) => ({ kind: 'files' as const, paths });
const web = (url: string) => reachOf('web', { url }) ?? files();

test.each([
  ['/data/in/a.md', ['/data/in'], true],
  ['/data/in', ['/data/in/'], true],
  ['/data/input/a.md', ['/data/in'], false],
  ['/data/in/../secret.md', ['/data/in'], false],
  ['/data/in/./a.md', ['/data/in'], false],
  ['/data', ['/data/in'], false],
  ['~/a.md', ['/home/me'], false],
  ['a.md', ['/data/in'], true],
  ['../a.md', ['/data/in'], false],
  ['a.md', [], false],
  ['', ['/data/in'], false],
  ['\\\\server\\share', ['/data/in'], false],
  ['C:\\in\\a.md', ['C:\\in'], true],
  ['C:\\out\\a.md', ['C:\\in'], false],
] as [string, string[], boolean][])('the path %j within %j: %s', (path, folders, isIn) => {
  expect(isWithin(files(path), { folders })).toBe(isIn);
});

test('every path of a call must be within', () => {
  const move = reachOf('files', { from: '/in/a', to: '/etc/b' });
  if (move === undefined) throw new Error('a file tool touches files');
  expect(isWithin(move, { folders: ['/in'] })).toBe(false);
  expect(isWithin(move, { folders: ['/in', '/etc'] })).toBe(true);
  expect(isWithin(files(), { folders: ['/in'] })).toBe(false);
});

test.each([
  ['https://example.org/x', ['example.org'], true],
  ['https://EXAMPLE.org./x', ['Example.ORG'], true],
  ['https://example.org:8443/x', ['example.org'], true],
  ['https://example.org/x', ['example.org:8443'], false],
  ['https://api.example.org/x', ['*.example.org'], true],
  ['https://badexample.org/x', ['*.example.org'], false],
  ['https://example.org.evil.net/x', ['example.org'], false],
  ['https://example.org@evil.net/x', ['example.org'], false],
  ['https://anything.net/', ['*'], true],
  ['not an address', ['*'], false],
  ['https://example.org/', [], false],
] as [string, string[], boolean][])('the address %j with hosts %j: %s', (url, hosts, isIn) => {
  expect(isWithin(web(url), { folders: [], hosts })).toBe(isIn);
});

test('an approval opens the folder of the file, or the very folder that is worked on', () => {
  expect(foldersFor('write_text', files('/out/report.md'))).toEqual(['/out']);
  expect(foldersFor('list_folder', files('/out'))).toEqual(['/out']);
  expect(foldersFor('move_file', files('/a/x', '/b/x'))).toEqual(['/a', '/b']);
});

test('a redirect may lead only to what was granted or approved, and never nearby unless the settings name it', () => {
  expect(hostsFor(['a.org'], 'b.org', ['*'])).toEqual(['a.org', 'b.org']);
  expect(hostsFor(['*'], undefined, ['*'])).toEqual(['*']);
  expect(hostsFor(['*'], undefined, ['a.org'])).toEqual(['a.org']);
  expect(hostsFor(['a.org', 'b.org'], undefined, ['b.org'])).toEqual(['b.org']);
  for (const near of [
    '127.0.0.1:8080',
    'localhost',
    '10.0.0.3',
    '192.168.1.1',
    '172.20.0.1',
    '169.254.169.254',
    'nas.local',
    '::1',
    'router',
  ]) {
    expect(hostsFor([near], near, ['*']), near).toEqual([]);
    expect(hostsFor([near], undefined, ['*', near]), near).toEqual([near]);
  }
});
