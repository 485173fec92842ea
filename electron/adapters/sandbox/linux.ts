// Linux: bubblewrap. An empty root with only what is named, namespaces of its own for everything, no privileges to gain, no Unix
// sockets (the seccomp helper of @anthropic-ai/sandbox-runtime), gone with the process that started it. No shell stands before it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { callFilter } from './call-filter.ts';
import { coveredSystem, type Mounts, planMounts } from './mounts.ts';
import { type HostProxy, openProxy } from './proxy.ts';
import { relayScript } from './relay.ts';
import type { Launchable, LinuxTools, Refused, SandboxOptions, SandboxReach, Wrapped } from './sandbox-port.ts';
import { seccompHelper } from './seccomp-helper.ts';
import { wordsFor } from './words.ts';

/** Limits of one contained program. */
export const quotas = {
  /** Bytes of memory that its temporary folders may take. */
  temporary: 512 * 1024 * 1024,
  shared: 64 * 1024 * 1024,
  /** Processes and threads together; of an ordinary user only, root has no such limit. */
  processes: 512,
  /** Bytes of one file. */
  file: 4 * 1024 * 1024 * 1024,
} as const;

const helperInside = '/run/orrery/seccomp';
const doorInside = '/run/orrery/net';
const isRoot = () => process.getuid?.() === 0;

const find = (names: string[]): string | undefined => names.find((path) => existsSync(path));
function toolsOf(given: Partial<LinuxTools> = {}) {
  return {
    bwrap: given.bwrap ?? find(['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap']),
    socat: given.socat ?? find(['/usr/bin/socat', '/bin/socat', '/usr/local/bin/socat']),
    prlimit: given.prlimit ?? find(['/usr/bin/prlimit', '/bin/prlimit']),
  };
}

const apart = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'];

/** Tries it: what the system allows is known only then. */
export function probeLinux(given?: Partial<LinuxTools>): { ok: boolean; words: string } {
  const { bwrap } = toolsOf(given);
  const own = 'A tool server runs with your own rights here, and can read and change whatever you can.';
  if (bwrap === undefined || !existsSync(bwrap))
    return { ok: false, words: `Bubblewrap is not installed, so there is no sandbox. ${own} Install the package “bubblewrap”.` };
  const tried = spawnSync(bwrap, [...apart, '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--', '/bin/sh', '-c', 'exit 0'], {
    timeout: 5_000,
    encoding: 'utf8',
    env: {},
  });
  if (tried.status === 0) return { ok: true, words: 'Tool servers run in a sandbox (bubblewrap).' };
  const said = (tried.stderr ?? '').trim().split('\n').at(-1) ?? String(tried.error ?? '');
  return {
    ok: false,
    words: `Bubblewrap is installed, but this system does not let it work (${said.slice(0, 200) || 'no reason was given'}). ${own} Allow unprivileged user namespaces, such as with an AppArmor profile for bwrap.`,
  };
}

type WrapOptions = SandboxOptions & { available: { ok: boolean; words: string }; onRefused?: (refused: Refused) => void };

export async function wrapLinux(plan: Launchable, reach: SandboxReach, options: WrapOptions): Promise<Wrapped> {
  const tools = toolsOf(options.tools);
  if (!options.available.ok || tools.bwrap === undefined)
    throw new AppError('sandbox-unavailable', options.available.words, { hint: 'Mend that, or let it run without a sandbox.' });
  const mounts = planMounts(plan, reach, options.closed, options.ledTo);
  const helper = seccompHelper();
  const hasNetwork = reach.hosts.length > 0 && tools.socat !== undefined;
  const proxy = hasNetwork ? await openProxy(reach, options) : undefined;
  const filter = callFilter();
  const { told, command } = bwrapArgs(plan, { mounts, helper, filter, proxy, prlimit: tools.prlimit, home: reach.home });
  return {
    file: tools.bwrap,
    args: ['--args', '3', '--', ...command],
    told,
    ...(filter === undefined ? {} : { filter }),
    // What the program gets is set inside; bubblewrap itself needs none of it.
    env: {},
    cwd: '/',
    programs: mounts.programs,
    words: wordsFor(reach, mounts.left, { hasNetwork, lacksRelay: reach.hosts.length > 0 && tools.socat === undefined }),
    endOutside: () => proxy?.endOutside(),
    end: async () => proxy?.close(),
  };
}

interface Parts {
  mounts: Mounts;
  helper: string | undefined;
  filter: Buffer | undefined;
  proxy: HostProxy | undefined;
  prlimit: string | undefined;
  home: string;
}

/** Order is meaning: what is mounted later lies over what was mounted before. */
function bwrapArgs(plan: Launchable, { mounts, helper, filter, proxy, prlimit, home }: Parts): { told: string[]; command: string[] } {
  const args = [...apart];
  // Root outside is nobody in particular inside, and has no rights there either.
  if (isRoot()) args.push('--uid', '1000', '--gid', '1000');
  args.push('--hostname', 'orrery', '--tmpfs', '/');
  for (const { at, to } of mounts.links) args.push('--symlink', to, at);
  for (const path of mounts.system) args.push('--ro-bind-try', path, path);
  for (const path of coveredSystem()) args.push('--tmpfs', path);
  if (filter !== undefined) args.push('--seccomp', '4');
  args.push(
    '--proc',
    '/proc',
    ...kernelSettings(),
    ...devices(proxy !== undefined),
    '--perms',
    '1777',
    '--size',
    String(quotas.temporary),
    '--tmpfs',
    '/tmp',
  );
  for (const { path, mode } of mounts.layers) {
    if (mode === 'empty') args.push('--tmpfs', path);
    else if (mode === 'blank') args.push('--ro-bind', '/dev/null', path);
    else args.push(mode === 'write' ? '--bind' : '--ro-bind', path, path);
  }
  if (helper !== undefined) args.push('--ro-bind', helper, helperInside);
  if (proxy !== undefined) {
    args.push('--ro-bind', proxy.folder, doorInside, '--ro-bind', proxy.hostsFile, '/etc/hosts');
    args.push('--cap-add', 'CAP_NET_BIND_SERVICE');
  }
  // Last, since places are still made in them until here.
  for (const { path, mode } of mounts.layers) if (mode === 'empty') args.push('--remount-ro', path);
  args.push('--remount-ro', '/');
  const env = { ...plan.env, HOME: home, TMPDIR: '/tmp', ...(proxy?.env ?? {}) };
  for (const [name, value] of Object.entries(env)) args.push('--setenv', name, value);
  args.push('--chdir', plan.cwd);
  const limited = prlimit === undefined ? [] : [prlimit, `--nproc=${quotas.processes}`, `--fsize=${quotas.file}`, '--core=0'];
  const command = [...limited, ...(helper === undefined ? [] : [helperInside]), plan.file, ...plan.args];
  const behind = proxy === undefined ? [] : ['/bin/sh', '-c', relayScript(proxy.doors, doorInside), 'sh'];
  return { told: args, command: [...behind, ...command] };
}

/**
 * Outside, root is root to the kernel's own settings, whatever rights its namespace lacks: `core_pattern` alone names a program that the
 * kernel starts as root. Others than root may not write them anyway, and would lose a view of processes of their own.
 */
function kernelSettings(): string[] {
  if (!isRoot()) return [];
  const places = ['sys', 'sysrq-trigger', 'irq', 'bus', 'acpi', 'asound', 'driver', 'fs', 'mtrr', 'scsi'].map((name) => `/proc/${name}`);
  return places.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}

/**
 * With a network, single devices: a whole `/dev` with terminals makes bubblewrap nest user namespaces, and the right to listen at
 * low ports is lost.
 */
function devices(isPlain: boolean): string[] {
  if (!isPlain) return ['--dev', '/dev', '--size', String(quotas.shared), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'];
  const nodes = ['null', 'zero', 'full', 'random', 'urandom'].flatMap((name) => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]);
  const links = ['stdin', 'stdout', 'stderr'].flatMap((name, at) => ['--symlink', `/proc/self/fd/${at}`, `/dev/${name}`]);
  return [
    '--dir',
    '/dev',
    ...nodes,
    '--symlink',
    '/proc/self/fd',
    '/dev/fd',
    ...links,
    '--size',
    String(quotas.shared),
    '--tmpfs',
    '/dev/shm',
  ];
}
