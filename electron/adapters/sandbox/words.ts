// How a contained program is contained, in words for people.

import type { Mounts } from './mounts.ts';
import type { SandboxReach } from './sandbox-port.ts';

const list = (items: readonly string[]): string =>
  items.length <= 3 ? items.join(', ') : `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`;

export function wordsFor(
  reach: SandboxReach,
  left: Mounts['left'],
  { hasNetwork, lacksRelay }: { hasNetwork: boolean; lacksRelay: boolean },
): string {
  const given = reach.folders.filter((folder) => !left.some((each) => each.path === folder.path));
  const write = given.filter((each) => each.write).map((each) => each.path);
  const read = given.filter((each) => !each.write).map((each) => each.path);
  const hosts = reach.hosts.map((host) => (host === '*' ? 'every public host' : host));
  return [
    'It runs in a sandbox: it sees its own folder, its program and nothing of your home.',
    ...(write.length > 0 ? [`It may read and write ${list(write)}.`] : []),
    ...(read.length > 0 ? [`It may read ${list(read)}.`] : []),
    hasNetwork ? `It may reach ${list(hosts)}.` : 'It has no network.',
    ...(lacksRelay ? ['Hosts were granted, but the program “socat” that it needs to reach them is not installed.'] : []),
    ...left.map(({ path, why }) => `${path} is not given: ${why}.`),
  ].join(' ');
}
