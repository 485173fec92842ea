// The part of the doctor about starts of tool servers: the shell and its PATH beside that of the app, the runtimes and which of them
// is used, the kept packages, the sandbox, the network of this machine. Looks only; it runs the login shell and `--version`.

import { createServer } from 'node:net';
import { delimiter, dirname } from 'node:path';
import type { DoctorFinding } from '../../shared/model/system.ts';
import { type LoginPath, readLoginPath } from '../adapters/mcp/launch/login-shell.ts';
import { listPackages } from '../adapters/mcp/launch/package-cache.ts';
import { packagesFolder } from '../adapters/mcp/launch/package-pin.ts';
import { allNodes, chooseNode, findNpm, managedFolders, type NodeRuntime, oldestNode } from '../adapters/mcp/launch/runtimes.ts';
import { findCommand, givenFolders, hasChosenPath, realSearchContext, type SearchContext } from '../adapters/mcp/launch/search-path.ts';
import { satisfies } from '../adapters/mcp/launch/semver.ts';
import { createSandbox } from '../adapters/sandbox/sandbox.ts';

export interface StartsDeps {
  dataFolder: string;
  /** Otherwise that of this process. */
  context?: SearchContext;
  /** The version of Node that could be fetched and is not. */
  offeredNode?: string | undefined;
}

export async function startFindings({ dataFolder, context: given, offeredNode }: StartsDeps): Promise<DoctorFinding[]> {
  const base = given ?? { ...realSearchContext(), managed: managedFolders(dataFolder) };
  const login = await readLoginPath(base);
  const context: SearchContext = { ...base, loginPath: login.path };
  const [nodes, used, loopback] = await Promise.all([allNodes(context), chooseNode(context, undefined), loopbackFinding()]);
  return [
    shellFinding(login),
    pathFinding(context, login),
    nodeFinding(nodes, used, offeredNode),
    npxFinding(context, offeredNode),
    uvxFinding(context),
    packagesFinding(dataFolder),
    sandboxFinding(),
    loopback,
  ];
}

function shellFinding({ shell, problem, ms }: LoginPath): DoctorFinding {
  const base = { id: 'shell', title: 'Login shell' };
  if (process.platform === 'win32')
    return { ...base, state: 'ok', detail: 'PATH is read from the registry at each start of a tool server' };
  if (problem === undefined)
    return ms < 2_000
      ? { ...base, state: 'ok', detail: `${shell} said its PATH in ${ms} ms` }
      : {
          ...base,
          state: 'note',
          detail: `${shell} took ${(ms / 1000).toFixed(1)} s to say its PATH`,
          consequence: 'Tool servers whose command is not found otherwise start that much later.',
          fix: `Look for what takes long in the profile of ${shell}.`,
        };
  return {
    ...base,
    state: 'missing',
    detail: `${shell ?? 'none'}: ${problem}`,
    consequence: 'Commands are looked for in the usual folders and those of version managers instead.',
    fix:
      shell === undefined
        ? 'Give your account a login shell.'
        : `Run \`${shell} -ilc true\` in a terminal to see what goes wrong in its profile.`,
  };
}

const few = (folders: readonly string[]): string =>
  folders.slice(0, 6).join(delimiter) + (folders.length > 6 ? ` and ${folders.length - 6} more` : '');

/** What an app from an icon would have, what the shell has, and what that makes of it. */
function pathFinding(context: SearchContext, login: LoginPath): DoctorFinding {
  const given = [...new Set(givenFolders(context))];
  const added = [...new Set(login.path)].filter((folder) => !given.includes(folder));
  const own = hasChosenPath(context)
    ? 'Orrery was started from a terminal, whose PATH comes first'
    : 'Orrery has the bare PATH that an icon or a service gives, so that of the login shell comes first';
  const adds = added.length === 0 ? 'The login shell adds nothing.' : `The login shell adds ${few(added)}.`;
  // One that did not answer is told of beside this; what it would add is not known.
  const detail = `${own}: ${few(given) || 'none'}. ${login.problem === undefined ? adds : 'What the login shell would add is not known.'}`;
  return { id: 'path', title: 'PATH', state: 'ok', detail };
}

const places = (nodes: readonly NodeRuntime[]): string =>
  [...new Set(nodes.map((each) => `${each.version} ${each.by === 'PATH' ? `at ${each.path}` : `of ${each.by}`}`))].slice(0, 6).join(', ');

const nodeFix = (offered: string | undefined): string =>
  offered === undefined
    ? 'Install Node.js 22 or newer from nodejs.org.'
    : `Let Orrery fetch Node ${offered}: Settings › Tool servers, or \`orrery tools node --fetch\`. Or install Node.js from nodejs.org.`;

function nodeFinding(nodes: readonly NodeRuntime[], used: NodeRuntime | undefined, offered: string | undefined): DoctorFinding {
  const base = { id: 'command-node', title: 'Node.js for tool servers' };
  if (used === undefined)
    return {
      ...base,
      state: 'missing',
      detail: 'not found',
      consequence: 'Tool servers that start with “node” or “npx” will not start.',
      fix: nodeFix(offered),
    };
  const others = nodes.filter((each) => each.path !== used.path);
  const rest = others.length === 0 ? '' : ` Also here, for servers that need another: ${places(others)}.`;
  const whose = used.by === 'Orrery' ? ', which Orrery keeps' : '';
  const detail = `${used.version} is used (${used.path}${whose}).${rest}`;
  return satisfies(used.version, oldestNode)
    ? { ...base, state: 'ok', detail }
    : { ...base, state: 'note', detail, consequence: 'It is too old for most tool servers.', fix: nodeFix(offered) };
}

function npxFinding(context: SearchContext, offered: string | undefined): DoctorFinding {
  const base = { id: 'command-npx', title: 'npx' };
  const npx = findCommand('npx', context);
  const npm = findNpm(context);
  if (npm === undefined && npx === undefined)
    return {
      ...base,
      state: 'missing',
      detail: 'neither npx nor npm was found',
      consequence: 'Servers from npm that are kept already start; others cannot be installed.',
      fix: offered === undefined ? 'Install Node.js from nodejs.org; npm comes with it.' : nodeFix(offered),
    };
  const detail = npx === undefined ? `not on PATH; npm at ${dirname(npm ?? '')} is used` : npx;
  return { ...base, state: 'ok', detail };
}

function uvxFinding(context: SearchContext): DoctorFinding {
  const base = { id: 'command-uvx', title: 'uvx' };
  const uvx = findCommand('uvx', context);
  if (uvx !== undefined) return { ...base, state: 'ok', detail: uvx };
  const python = findCommand('python3', context) ?? findCommand('python', context);
  return python === undefined
    ? {
        ...base,
        state: 'missing',
        detail: 'neither uv nor Python was found',
        consequence: 'Tool servers written in Python that start with “uvx” will not start.',
        fix: 'Install uv from docs.astral.sh/uv.',
      }
    : {
        ...base,
        state: 'note',
        detail: `not found; Python at ${python} makes the environments for “uvx” servers instead`,
        consequence: 'Packages that exist as source only, and options of uvx beyond the usual, need uv.',
        fix: 'Install uv from docs.astral.sh/uv if a server needs it.',
      };
}

function packagesFinding(dataFolder: string): DoctorFinding {
  const packages = listPackages(dataFolder);
  const base = { id: 'packages', title: 'Kept packages of tool servers' };
  if (packages.length === 0) return { ...base, state: 'ok', detail: 'none yet; the first start of an npx or uvx server keeps its package' };
  const names = packages.slice(0, 8).map((each) => `${each.name} ${each.version}`);
  const more = packages.length > names.length ? ` and ${packages.length - names.length} more` : '';
  return { ...base, state: 'ok', detail: `${names.join(', ')}${more} start without a network, from ${packagesFolder(dataFolder)}` };
}

function sandboxFinding(): DoctorFinding {
  const { ok, words } = createSandbox({ log: { warn: () => undefined, debug: () => undefined }, closed: [] }).available;
  const base = { id: 'sandbox', title: 'Sandbox for tool servers' };
  if (ok) return { ...base, state: 'ok', detail: words };
  return {
    ...base,
    state: 'missing',
    detail: words,
    consequence: 'Each approval of such a server says so.',
    fix:
      process.platform === 'linux'
        ? 'Install bubblewrap and socat with your system’s package manager, and allow unprivileged user namespaces.'
        : 'Start only servers that you trust.',
  };
}

/** Servers, webhooks and the page need to listen on this machine; some security programs forbid it. */
function loopbackFinding(): Promise<DoctorFinding> {
  const base = { id: 'loopback', title: 'Network of this machine' };
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        ...base,
        state: 'broken',
        detail: `nothing can listen on 127.0.0.1 (${error.code ?? error.message})`,
        consequence: 'Signing in at tool servers, webhooks and the page in a browser do not work.',
        fix: 'Allow Orrery to listen on 127.0.0.1 in your firewall or security program.',
      }),
    );
    server.listen(0, '127.0.0.1', () => server.close(() => resolve({ ...base, state: 'ok', detail: 'programs can listen on 127.0.0.1' })));
  });
}
