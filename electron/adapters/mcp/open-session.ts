// Begins a life of a server, by its transport: plans and starts its process, or makes ready to send requests to its address.

import { cancelled } from '../../../shared/errors.ts';
import { secretHandle } from '../../../shared/model/secret-handle.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { Log, Net, Vault } from '../../runtime/ports.ts';
import type { Refused, Sandbox } from '../sandbox/sandbox.ts';
import { ChildSession } from './child-session.ts';
import { type Contained, contain, reachBefore } from './contain.ts';
import { Denials } from './denials.ts';
import type { FullLog } from './launch/full-log.ts';
import type { InstallerNet } from './launch/installer-net.ts';
import { type LaunchPlan, ownFolder, planLaunch } from './launch/launch.ts';
import { orMissing, putInSecrets } from './launch/put-in-secrets.ts';
import { StartError } from './launch/start-error.ts';
import type { ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import { attack } from './quarantine.ts';
import { RefusedHosts } from './refused-hosts.ts';
import type { Session, SessionEvents } from './session.ts';
import type { SignIn } from './sign-in.ts';
import type { StderrRing } from './stderr-ring.ts';
import type { WatchLimits } from './watchdog.ts';
import type { KnownServer } from './worker-link.ts';

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
  /** The version of Node that could be fetched and is not. */
  offeredNode?: (() => string | undefined) | undefined;
  /** The offline switch and the ledger, for installers. */
  installers?: InstallerNet | undefined;
  watch: WatchLimits;
  now(): number;
}

/** What belongs to the one server that is opened. */
interface OpenOwn {
  ring: StderrRing;
  signIn: SignIn | undefined;
  signal: AbortSignal;
  full: FullLog;
  known: KnownServer | undefined;
  contained(contained: Contained): void;
}

/** Throws StartError, and AppError `cancelled` when its start was given up: nothing runs then. */
export async function openSession(config: ServerConfig, options: OpenOptions, own: OpenOwn, events: SessionEvents): Promise<Session> {
  const roots = config.reach?.roots ?? [];
  const kind = config.transport ?? 'stdio';
  if (kind === 'stdio') {
    const plan = await planLaunch(config, { ...options, signal: own.signal, note: (text) => own.ring.note('info', text) });
    if (own.signal.aborted) {
      plan.done?.();
      throw cancelled('Its start was given up.');
    }
    own.full.planned(plan);
    return openContained(plan, config, options, own, events);
  }
  if (config.url === undefined || own.signIn === undefined)
    throw new StartError('unreachable', 'It has no address.', 'Give it the address that its makers name for MCP.');
  const headers = await headersOf(config, options.vault);
  const address = await addressOf(config, config.url, options.vault);
  const { HttpSession } = await import('./http-session.ts');
  return new HttpSession({
    ...options,
    ...events,
    kind,
    url: address.shown,
    fill: address.fill,
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
  own: OpenOwn,
  events: SessionEvents,
): Promise<Session> {
  let session: ChildSession | undefined;
  const note = (text: string) => own.ring.note('warn', text);
  const denials = new Denials(options.now, note, (message) => session?.breakOff(attack(message)));
  const refused = new RefusedHosts((config.reach ?? reachBefore(config)).hosts);
  const onRefused = (each: Refused): void => {
    refused.add(each);
    denials.add(each);
  };
  const started = await contain(plan, config, { ...options, onRefused }).catch((error: unknown) => {
    plan.done?.();
    throw error;
  });
  own.contained(started.contained);
  const roots = config.reach?.roots ?? [];
  const folder = ownFolder(config, options.dataFolder);
  try {
    session = await ChildSession.start({ ...options, ...events, plan: started, roots, folder, refused, ring: own.ring, known: own.known });
    return session;
  } catch (error) {
    await started.release();
    throw error;
  }
}

async function headersOf(config: ServerConfig, vault: Pick<Vault, 'reveal'>): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    const host = config.url !== undefined && URL.canParse(config.url) ? new URL(config.url).hostname : undefined;
    headers[name] =
      'text' in value
        ? await putInSecrets(value.text, `the header ${name}`, config, vault, host)
        : await orMissing(value.secret, `the header ${name}`, () =>
            vault.reveal(value.secret, {
              field: value.field,
              receiver: { kind: 'server', id: config.id, title: config.title },
              ...(host === undefined ? {} : { host }),
            }),
          );
  }
  return headers;
}

/**
 * The worker speaks of the address with a mark in each secret's place, and the main side puts the secret in as it sends.
 * Throws StartError.
 */
async function addressOf(
  config: ServerConfig,
  url: string,
  vault: Pick<Vault, 'reveal'>,
): Promise<{ shown: string; fill(url: string): string }> {
  const secrets = new Map<string, string>();
  let shown = url;
  for (const [handle] of url.matchAll(secretHandle)) {
    const mark = `orrery-secret-${secrets.size + 1}`;
    shown = shown.replace(handle, mark);
    secrets.set(mark, handle);
  }
  const isWhole = URL.canParse(shown) && !new URL(shown).host.includes('orrery-secret-');
  if (!isWhole)
    throw new StartError('unreachable', 'Its address cannot be read.', 'Correct the address; a secret may stand in its path or query.');
  const host = new URL(shown).hostname;
  const values = new Map<string, string>();
  for (const [mark, handle] of secrets) values.set(mark, forAddress(await putInSecrets(handle, 'its address', config, vault, host)));
  return { shown, fill: (text) => text.replace(/orrery-secret-\d+/g, (mark) => values.get(mark) ?? mark) };
}

/** A key that was taken from an address stands there as it stood; any other is made fit for one. */
const forAddress = (value: string): string => (/^(?:[\w.~!$'()*+,;:@-]|%[0-9A-Fa-f]{2})*$/.test(value) ? value : encodeURIComponent(value));
