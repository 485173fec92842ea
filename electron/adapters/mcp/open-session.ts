// Begins a life of a server, by its transport: plans and starts its process, or makes ready to send requests to its address.

import { AppError } from '../../../shared/errors.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { Log, Net, Vault } from '../../runtime/ports.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { ChildSession } from './child-session.ts';
import { type Contained, contain } from './contain.ts';
import { Denials } from './denials.ts';
import type { FullLog } from './launch/full-log.ts';
import { type LaunchPlan, ownFolder, planLaunch } from './launch/launch.ts';
import { StartError } from './launch/start-error.ts';
import type { ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import { attack } from './quarantine.ts';
import type { Session, SessionEvents } from './session.ts';
import type { SignIn } from './sign-in.ts';
import type { StderrRing } from './stderr-ring.ts';
import type { WatchLimits } from './watchdog.ts';

export interface OpenOptions {
  vault: Pick<Vault, 'reveal'>;
  net: Pick<Net, 'fetchFor'>;
  dataFolder: string;
  version: string;
  times: ToolHostTimes;
  guard: ProcessGuard;
  log: Log;
  /** None: servers run with the person's own rights, and their status says so. */
  sandbox: Sandbox | undefined;
  watch: WatchLimits;
  now(): number;
}

/** Throws StartError. */
export async function openSession(
  config: ServerConfig,
  options: OpenOptions,
  own: { ring: StderrRing; signIn: SignIn | undefined; full: FullLog; contained(contained: Contained): void },
  events: SessionEvents,
): Promise<Session> {
  const roots = config.reach?.roots ?? [];
  const kind = config.transport ?? 'stdio';
  if (kind === 'stdio') {
    const plan = await planLaunch(config, { ...options, note: (text) => own.ring.add(`[orrery] ${text}`) });
    own.full.planned(plan);
    return openContained(plan, config, options, own, events);
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

/** What it tries and is not allowed may end it, so the session is known to whoever counts that. */
async function openContained(
  plan: LaunchPlan,
  config: ServerConfig,
  options: OpenOptions,
  own: { ring: StderrRing; contained(contained: Contained): void },
  events: SessionEvents,
): Promise<Session> {
  let session: ChildSession | undefined;
  const note = (text: string) => own.ring.add(`[orrery] ${text}`);
  const denials = new Denials(options.now, note, (message) => session?.breakOff(attack(message)));
  const started = await contain(plan, config, { ...options, onRefused: (refused) => denials.add(refused) }).catch((error: unknown) => {
    plan.done?.();
    throw error;
  });
  own.contained(started.contained);
  const roots = config.reach?.roots ?? [];
  const folder = ownFolder(config, options.dataFolder);
  try {
    session = await ChildSession.start({ ...options, ...events, plan: started, roots, folder, ring: own.ring });
    return session;
  } catch (error) {
    await started.release();
    throw error;
  }
}

async function headersOf(config: ServerConfig, vault: Pick<Vault, 'reveal'>): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if ('text' in value) {
      headers[name] = value.text;
      continue;
    }
    try {
      headers[name] = await vault.reveal(value.secret, {
        field: value.field,
        receiver: { kind: 'server', id: config.id, title: config.title },
        ...(config.url !== undefined && URL.canParse(config.url) ? { host: new URL(config.url).hostname } : {}),
      });
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
