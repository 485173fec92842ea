// Begins a life of a server, by its transport: plans and starts its process, or makes ready to send requests to its address.

import { AppError } from '../../../shared/errors.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { Log, Net, Vault } from '../../runtime/ports.ts';
import { ChildSession } from './child-session.ts';
import type { FullLog } from './launch/full-log.ts';
import { planLaunch } from './launch/launch.ts';
import { StartError } from './launch/start-error.ts';
import type { ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import type { Session, SessionEvents } from './session.ts';
import type { SignIn } from './sign-in.ts';
import type { StderrRing } from './stderr-ring.ts';

export interface OpenOptions {
  vault: Pick<Vault, 'reveal'>;
  net: Pick<Net, 'fetchFor'>;
  dataFolder: string;
  version: string;
  times: ToolHostTimes;
  guard: ProcessGuard;
  log: Log;
}

/** Throws StartError. */
export async function openSession(
  config: ServerConfig,
  options: OpenOptions,
  own: { ring: StderrRing; signIn: SignIn | undefined; full: FullLog },
  events: SessionEvents,
): Promise<Session> {
  const roots = config.reach?.roots ?? [];
  const kind = config.transport ?? 'stdio';
  if (kind === 'stdio') {
    const plan = await planLaunch(config, { ...options, note: (text) => own.ring.add(`[orrery] ${text}`) });
    own.full.planned(plan);
    return ChildSession.start({ ...options, ...events, plan, roots, ring: own.ring });
  }
  if (config.url === undefined || own.signIn === undefined)
    throw new StartError('unreachable', 'It has no address.', 'Give it the address that its makers name for MCP.');
  const headers = await headersOf(config, options.vault);
  const { HttpSession } = await import('./http-session.ts');
  return new HttpSession({
    ...options,
    ...events,
    kind,
    url: config.url,
    server: config,
    headers,
    roots,
    ring: own.ring,
    signIn: own.signIn,
  });
}

async function headersOf(config: ServerConfig, vault: Pick<Vault, 'reveal'>): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if ('text' in value) {
      headers[name] = value.text;
      continue;
    }
    try {
      headers[name] = await vault.reveal(value.secret);
    } catch (error) {
      throw new StartError(
        'missing-secret',
        `The secret “${value.secret}” for the header ${name} could not be read: ${error instanceof Error ? error.message : String(error)}`,
        (error instanceof AppError ? error.hint : undefined) ?? 'Store it in the vault under that name, then start the server again.',
      );
    }
  }
  return headers;
}
