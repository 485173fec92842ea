// A server that others wrote, as it is shown: its parts put together, with the values of secrets taken out of every text of its own.

import type { ServerConfig, ServerState, ServerStatus, ToolChange } from '../../../shared/model/tool.ts';
import { isThisMachine } from '../../../shared/this-machine.ts';
import type { CallStats } from './call-stats.ts';
import type { Contained } from './contain.ts';
import type { Quarantine } from './quarantine.ts';
import type { Session } from './session.ts';
import type { StderrRing } from './stderr-ring.ts';
import type { ServerAbout } from './worker-messages.ts';

const shownLines = 200;

export interface ChildParts {
  config: ServerConfig;
  state: ServerState;
  session: Pick<Session, 'pid' | 'memory'> | undefined;
  startedAt: number | undefined;
  restarts: number;
  toolCount: number;
  failure: ServerStatus['failure'];
  ring: Pick<StderrRing, 'newest'>;
  stats: Pick<CallStats, 'get'>;
  logFile: string;
  about: ServerAbout | undefined;
  signIn: ServerStatus['signIn'] | undefined;
  isAsleep: boolean;
  /** How often it said that its resources or prompts have changed. */
  lists: number;
  contained: Contained | undefined;
  quarantine: Quarantine | undefined;
  changes: ToolChange[];
  redact(text: string): string;
}

export function childStatus(parts: ChildParts): ServerStatus {
  const { config, failure, quarantine, ring, stats, session, redact } = parts;
  const pid = session?.pid;
  const memory = session?.memory;
  return {
    id: config.id,
    title: config.title,
    kind: 'child',
    state: parts.state,
    config,
    ...(pid === undefined ? {} : { pid }),
    ...(parts.startedAt === undefined ? {} : { startedAt: parts.startedAt }),
    restarts: parts.restarts,
    toolCount: parts.toolCount,
    ...(failure === undefined ? {} : { failure: { ...failure, message: redact(failure.message) } }),
    // Read when they are looked at: most who ask for a status do not.
    get stderr() {
      return ring.newest(shownLines).map(redact);
    },
    get calls() {
      return stats.get();
    },
    logFile: parts.logFile,
    ...(parts.about === undefined ? {} : { about: parts.about }),
    ...(parts.signIn === undefined ? {} : { signIn: parts.signIn }),
    // A start that failed from sleep is a failed one: nothing wakes it again by itself.
    ...(parts.isAsleep && (parts.state === 'stopped' || parts.state === 'starting') ? { isAsleep: true } : {}),
    ...(parts.lists === 0 ? {} : { listsChanged: parts.lists }),
    ...containedOf(config, parts.contained),
    ...(quarantine === undefined ? {} : { quarantine: { ...quarantine, reason: redact(quarantine.reason) } }),
    ...(parts.changes.length === 0 ? {} : { changes: parts.changes }),
    ...(memory === undefined ? {} : { memory }),
  };
}

function containedOf(config: ServerConfig, contained: Contained | undefined): Pick<ServerStatus, 'contained'> {
  if (contained !== undefined) return { contained };
  const { url, transport = 'stdio' } = config;
  if (transport === 'stdio' || url === undefined || !URL.canParse(url)) return {};
  const { host } = new URL(url);
  const words = isThisMachine(url)
    ? `It runs on this machine, at ${host}, started by something else: Orrery’s sandbox does not hold it.`
    : `It runs elsewhere, at ${host}, and touches nothing on this machine.`;
  return { contained: { kind: 'remote', words } };
}
