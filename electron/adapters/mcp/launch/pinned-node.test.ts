import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildFor, type PinnedNodes, pinnedNodes, readPinnedNode } from './pinned-node.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-pinned-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const list = (): PinnedNodes =>
  pinnedNodes.parse(JSON.parse(readFileSync(new URL('../../../../resources/managed-node.json', import.meta.url), 'utf8')));

it('has a build for each system that Orrery is packed for, each under long-term support', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const)
    for (const arch of ['x64', 'arm64'])
      expect(buildFor(list(), platform, arch)?.node.version, `${platform} ${arch}`).toMatch(/^2[2468]\./);
  expect(buildFor(list(), 'freebsd', 'x64')).toBeUndefined();
  expect(buildFor(list(), 'linux', 'riscv64')).toBeUndefined();
});

it.each<[string, Partial<PinnedNodes['npm']>]>([
  ['an open version', { version: '11' }],
  ['a range', { version: '^11.0.0' }],
  ['a weaker hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
  ['half a hash', { integrity: 'sha512-abc==' }],
  ['a name that is an address', { package: 'https://example.com/npm' }],
  ['a name that leads elsewhere', { package: '../npm' }],
  ['no size', { bytes: 0 }],
])('takes no list with %s', (_what, wrong) => {
  const good = list();
  expect(pinnedNodes.safeParse({ ...good, npm: { ...good.npm, ...wrong } }).success).toBe(false);
});

it('reads its file once; one that cannot be read offers nothing, and says so once', () => {
  const said: string[] = [];
  const log = { warn: (text: string) => void said.push(text) };
  const file = join(folder, 'list.json');
  const build = readPinnedNode(file, log);
  expect([build(), build(), said.length]).toEqual([undefined, undefined, 1]);
  writeFileSync(file, JSON.stringify(list()));
  const again = readPinnedNode(file, log);
  const first = again();
  rmSync(file);
  expect([again(), said.length]).toEqual([first, 1]);
  expect(first).toEqual(buildFor(list()));
});
