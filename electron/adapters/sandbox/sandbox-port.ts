// What the sandbox takes and gives.

import type { ProgramFolders } from '../../../shared/model/tool.ts';
import type { Log } from '../../runtime/ports.ts';
import type { LedTo } from '../files/granted-folders.ts';
import type { Resolver } from '../net/connect.ts';
import type { ConnectionRow } from '../net/connection-row.ts';

/** What is started: everything about it is already decided. */
export interface Launchable {
  file: string;
  args: string[];
  env: Record<string, string>;
  /** Absolute. */
  cwd: string;
}

/** What the program may touch. Paths are absolute; what is not there is left out. */
export interface SandboxReach {
  /** For whom; names its connections in the ledger. */
  id: string;
  /** Its home: the one place that is always its own. */
  home: string;
  folders: readonly { path: string; write: boolean }[];
  /** Names, `*.example.com`, addresses, each also with a port; `*` is any public host. None: no network at all. */
  hosts: readonly string[];
  /** Read only: where its package or runtime lies, beyond what is found from the plan itself. */
  programs?: readonly string[];
}

export interface SandboxConnection extends ConnectionRow {
  server: string;
}

export interface Wrapped extends Launchable {
  /**
   * Further arguments, each ended by a NUL, that the program reads from descriptor 3: among them are values of secrets, and a
   * command line can be read by everyone on the machine.
   */
  told?: string[];
  /** What it reads from descriptor 4, whole. */
  filter?: Buffer;
  /** What it may touch, for people. */
  words: string;
  /** Folders that it reads since its program lies there. */
  programs: ProgramFolders;
  /** The offline switch was turned: its connections to anything but this machine end. */
  endOutside(): void;
  /** Lets go of what the wrapping holds (its proxy). After the process has ended; quiet when called twice. */
  end(): Promise<void>;
}

export interface Sandbox {
  /** Whether this machine can contain a program, and in words how, or why not and what to do. Looked at once. */
  readonly available: { ok: boolean; words: string };
  /** Folders that a program would read since it, its interpreter or its package lies there; all but the system's own. */
  programsOf(plan: Launchable): ProgramFolders;
  /** Throws `sandbox-unavailable`, `sandbox-failed`. `onRefused` hears of each connection that was not allowed. */
  wrap(plan: Launchable, reach: SandboxReach, events?: { onRefused?: (refused: Refused) => void }): Promise<Wrapped>;
  /** The offline switch was turned: connections of all that runs in it, to anything but this machine, end. */
  endOutside(): void;
  close(): Promise<void>;
}

export interface Refused {
  host: string;
  /** Code of the AppError: `address-not-allowed` is an attempt on this machine or the network around it. */
  code: string;
  message: string;
}

export interface SandboxOptions {
  log: Pick<Log, 'warn' | 'debug'>;
  /** Absolute folders that nobody gets, whatever was granted: the data folder. A home or a program inside one is still opened. */
  closed: readonly string[];
  /** Where granted folders led when they were granted: one that leads elsewhere is not given. */
  ledTo?: LedTo | undefined;
  onConnection?: (row: SandboxConnection) => void;
  resolve?: Resolver;
  /** The offline switch: asked for each connection. */
  isOffline?: () => boolean;
  /** Programs looked for; tests name others. */
  tools?: Partial<LinuxTools>;
}

/** Paths of the programs used on Linux. */
export interface LinuxTools {
  bwrap: string;
  socat: string;
  prlimit: string;
}
