// The operating system's sandbox for programs that others wrote: what it can do here, and a plan wrapped so that it runs inside.
// Linux: bubblewrap with arguments of our own; macOS: the profile of @anthropic-ai/sandbox-runtime. Why so:
// docs/decisions/2026-11-21-sandbox-for-each-server.md. Starts nothing itself, so that who starts a process also owns its end.

import { sweepLeftSockets } from './left-sockets.ts';
import { probeLinux, wrapLinux } from './linux.ts';
import { probeMac, wrapMac } from './mac.ts';
import { programsOf } from './mounts.ts';
import { socketPlaces } from './proxy.ts';
import type { Sandbox, SandboxOptions, Wrapped } from './sandbox-port.ts';

export type { Launchable, Refused, Sandbox, SandboxConnection, SandboxOptions, SandboxReach, Wrapped } from './sandbox-port.ts';

export function createSandbox(options: SandboxOptions): Sandbox {
  const open = new Set<Wrapped>();
  // Before a contained program is started, so that it takes nothing from a host's own start; once for each host.
  let swept: Promise<void> | undefined;
  const sweep = () =>
    sweepLeftSockets(socketPlaces()).then((count) => {
      if (count > 0) options.log.debug('Folders of contained servers whose host was ended by force were removed.', { count });
    });
  let looked: { ok: boolean; words: string } | undefined;
  const look = () => {
    if (process.platform === 'linux') return probeLinux(options.tools);
    if (process.platform === 'darwin') return probeMac();
    return {
      ok: false,
      words:
        'This system offers no sandbox that Orrery can use: a tool server runs with your own rights here, and can read and change whatever you can.',
    };
  };
  const sandbox: Sandbox = {
    get available() {
      looked ??= look();
      return looked;
    },
    programsOf: (plan) => programsOf(plan, options.closed),
    async wrap(plan, reach, events = {}) {
      swept ??= sweep();
      const wrap = process.platform === 'darwin' ? wrapMac : wrapLinux;
      const wrapped = await wrap(plan, reach, { ...options, ...events, available: sandbox.available });
      const inner = wrapped.end;
      const end = async () => {
        open.delete(tracked);
        await inner();
      };
      const tracked: Wrapped = { ...wrapped, end };
      open.add(tracked);
      return tracked;
    },
    endOutside() {
      for (const each of open) each.endOutside();
    },
    async close() {
      await Promise.all([swept, ...[...open].map((each) => each.end())]);
    },
  };
  return sandbox;
}
