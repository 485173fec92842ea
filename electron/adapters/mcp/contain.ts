// Puts a planned start into the system's sandbox, by what its configuration lets it touch, and says in words how it is contained.
// A server is never contained less than before because something is missing without its status saying so.

import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import type { ProgramFolders, ServerConfig, ServerReach, ServerStatus } from '../../../shared/model/tool.ts';
import { bundleFolders } from '../programs/bundles.ts';
import type { Refused, Sandbox } from '../sandbox/sandbox.ts';
import type { LaunchPlan } from './launch/launch.ts';
import { ownFolder } from './launch/launch.ts';
import { likelyPlan } from './launch/likely-plan.ts';
import { StartError } from './launch/start-error.ts';

export type Contained = NonNullable<ServerStatus['contained']>;

/** A plan as it is started, and as it was before it was put into the sandbox: what went wrong is read against the latter. */
export interface ContainedPlan extends LaunchPlan {
  original: LaunchPlan;
  /** Arguments for descriptor 3. */
  told?: string[];
  /** For descriptor 4. */
  filter?: Buffer;
  contained: Contained;
  /** In the sandbox: hosts that it may reach; undefined outside of one. */
  closed?: { hosts: readonly string[] };
  /** After the process has ended. */
  release(): Promise<void>;
}

/** Folders that its own arguments name: absolute, there, and no system folder or whole home. */
export function foldersInArguments(args: readonly string[], home: string = homedir()): string[] {
  const found = new Set<string>();
  for (const arg of args) {
    const text = arg.replace(/^--?[\w-]+=/, '');
    const path = text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text;
    if (!isAbsolute(path) || path === '/' || path === home || path === '/home' || path === '/Users') continue;
    try {
      if (statSync(path).isDirectory()) found.add(realpathSync(path));
    } catch {
      // Not a folder that is there.
    }
  }
  return [...found];
}

const usualPorts: Record<string, string> = {
  ...{ 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'postgres:': '5432', 'postgresql:': '5432', 'mysql:': '3306' },
  ...{ 'redis:': '6379', 'rediss:': '6379', 'mongodb:': '27017', 'amqp:': '5672', 'clickhouse:': '8123' },
};

/** Hosts of addresses in its arguments and its plain environment, each with its port: a database on this machine, its own API. */
export function hostsNamed({ args, env }: Pick<ServerConfig, 'args' | 'env'>): string[] {
  const texts = [...args, ...Object.values(env).flatMap((value) => ('text' in value ? [value.text] : []))];
  const found = new Set<string>();
  for (const text of texts)
    for (const [address] of text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>|]+/gi)) {
      if (!URL.canParse(address)) continue;
      const { protocol, hostname, port } = new URL(address);
      const at = port === '' ? usualPorts[protocol] : port;
      if (hostname !== '' && at !== undefined) found.add(`${hostname.toLowerCase()}:${at}`);
    }
  return [...found].slice(0, 50);
}

/**
 * What a configuration that says nothing of it gets, as those saved before there was a sandbox do: the folders and hosts that its own
 * arguments and environment name, which stood in the question that the person agreed to, and public hosts. New ones are stored with a
 * reach of their own.
 */
export const reachBefore = (config: Pick<ServerConfig, 'args' | 'env'>): ServerReach => ({
  sandbox: 'on',
  folders: foldersInArguments(config.args).map((path) => ({ path, write: true })),
  hosts: [...hostsNamed(config), '*'],
  roots: [],
  samplingTokens: 0,
});

/** For one that is new: what it names itself, which the question shows, and no other host. */
export const suggestReach = (config: Pick<ServerConfig, 'args' | 'env'>): ServerReach => ({
  ...reachBefore(config),
  hosts: hostsNamed(config),
});

/** Before it was ever started: what it would read by itself, as far as its command tells. */
export async function programsBefore(
  config: Pick<ServerConfig, 'command' | 'args' | 'cwd' | 'env' | 'reach'>,
  options: { sandbox: Sandbox | undefined; dataFolder: string },
): Promise<ProgramFolders> {
  if (options.sandbox?.available.ok !== true || config.reach?.sandbox === 'off' || config.command === '') return { own: [], path: [] };
  const plan = await likelyPlan(config, options.dataFolder);
  const { own, path } = options.sandbox.programsOf(plan);
  const whole = bundleFolders(config, options.dataFolder);
  return { own: [...own.filter((each) => !isInAny(each, whole)), ...whole], path: path.filter((each) => !isInAny(each, whole)) };
}

const isInAny = (path: string, folders: readonly string[]): boolean => folders.some((each) => path === each || path.startsWith(each + sep));

/** Throws StartError `sandbox`. */
export async function contain(
  plan: LaunchPlan,
  config: ServerConfig,
  options: { sandbox: Sandbox | undefined; dataFolder: string; onRefused?: (refused: Refused) => void },
): Promise<ContainedPlan> {
  const reach = config.reach ?? reachBefore(config);
  const words = noneWords(reach, options.sandbox);
  if (words !== undefined || options.sandbox === undefined)
    return { ...plan, original: plan, contained: { kind: 'none', words: words ?? '' }, release: async () => undefined };
  const home = ownFolder(config, options.dataFolder);
  const bundles = bundleFolders(config, options.dataFolder);
  const programs = [...(plan.reads ?? []), ...bundles];
  try {
    const wrapped = await options.sandbox.wrap(
      { ...plan, env: { ...besideItself(plan, home), ...plan.env } },
      {
        id: config.id,
        home,
        // Its program is open to it by itself; those taken over before named it here too.
        folders: reach.folders.filter(({ path, write }) => write || !isInAny(path, bundles)),
        hosts: reach.hosts,
        ...(programs.length === 0 ? {} : { programs }),
      },
      { ...(options.onRefused === undefined ? {} : { onRefused: options.onRefused }) },
    );
    const { words: said, programs: read, end, endOutside: _, ...started } = wrapped;
    const old =
      config.reach === undefined
        ? ' It was saved before tool servers were contained, so it got the folders and hosts that its own settings name, and every public host. Choose what it may touch on its page.'
        : '';
    const contained = { kind: 'sandbox' as const, words: said + old, programs: read };
    return { ...plan, ...started, original: plan, contained, closed: { hosts: reach.hosts }, release: end };
  } catch (error) {
    throw new StartError(
      'sandbox',
      `It could not be put into the sandbox: ${error instanceof Error ? error.message : String(error)}`,
      'Mend that, or choose on its page that it runs without a sandbox.',
    );
  }
}

/** Servers that keep a file beside their program, which they may not write, unless a variable names another place. */
const keepsBeside: Record<string, { variable: string; file: string }> = {
  '@modelcontextprotocol/server-memory': { variable: 'MEMORY_FILE_PATH', file: 'memory.json' },
};

function besideItself(plan: LaunchPlan, home: string): Record<string, string> {
  const known = plan.package === undefined ? undefined : keepsBeside[plan.package.name];
  return known === undefined ? {} : { [known.variable]: join(home, known.file) };
}

/** Why there is none for it, or undefined when there is one. */
function noneWords(reach: ServerReach, sandbox: Sandbox | undefined): string | undefined {
  const own = 'It runs with your own rights: it can read and change whatever you can, and reach every host.';
  if (reach.sandbox === 'off') return `You chose that it runs without a sandbox. ${own}`;
  if (sandbox === undefined) return `This host was started without a sandbox. ${own}`;
  return sandbox.available.ok ? undefined : sandbox.available.words;
}
