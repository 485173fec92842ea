// What is to be started, and what the parts that plan a start share.

import { dirname } from 'node:path';
import type { Vault } from '../../../runtime/ports.ts';
import type { ProcessGuard } from '../process-guard.ts';
import type { InstallerNet } from './installer-net.ts';
import type { LoginShellOptions } from './login-shell.ts';
import type { NodeRuntime } from './runtimes.ts';
import type { SearchContext } from './search-context.ts';
import { searchFolders } from './search-path.ts';
import { StartError } from './start-error.ts';

export interface LaunchPlan {
  file: string;
  args: string[];
  /** The same with handles in place of secrets, when there are any: only this may be shown or logged. */
  shownArgs?: string[];
  env: Record<string, string>;
  cwd: string;
  /** What was decided on the way and why, a sentence each; for its log and its page. */
  notes?: string[];
  /** What runs it, when that and its version are known. */
  runtime?: { kind: 'node'; version: string };
  /** It runs from the kept packages. */
  package?: {
    id: string;
    name: string;
    version: string;
    engines?: string;
    scripts: 'skipped' | 'run';
    /** Packages in it that have install scripts. */
    wanted: string[];
  };
  /** When the process is gone, or was never made: takes away what it was handed in files. */
  done?: () => void;
  /** Folders beside its own and those of `reach` that it must be able to read to run at all. */
  reads?: string[];
  /** Folders of the Nodes that belong to the app, and the version that it could fetch and has not. */
  managed?: readonly string[];
  offeredNode?: string;
}

export interface LaunchOptions {
  vault: Pick<Vault, 'reveal' | 'keeper'>;
  dataFolder: string;
  /** Otherwise that of this process. */
  context?: SearchContext;
  shell?: LoginShellOptions;
  /** Told while a start takes long: a package is being fetched. */
  note?: (text: string) => void;
  /** The version of Node that could be fetched and is not. */
  offeredNode?: (() => string | undefined) | undefined;
  /** The offline switch and the ledger, for installers. */
  installers?: InstallerNet | undefined;
  /** Ends an installer when the host is ended by force. */
  guard?: Pick<ProcessGuard, 'add' | 'remove'>;
  signal?: AbortSignal;
}

export type Found = Omit<LaunchPlan, 'env' | 'cwd' | 'notes'> & {
  /** The folder of the Node that was chosen, or of what a shim stands for; first on its PATH, so that what it starts is run by the same. */
  runtimeFolder?: string;
  /** What it needs in its environment, where its configuration says nothing of it. */
  moreEnv?: Record<string, string>;
};

/** What goes into a plan for a Node that was chosen; says so when it is not the person's first one. */
export function chosen(
  node: NodeRuntime & { fits: boolean },
  engines: string | undefined,
  notes: string[],
): Pick<Found, 'runtime' | 'runtimeFolder'> {
  if (engines !== undefined)
    notes.push(
      node.fits
        ? `It asks for Node.js ${engines} and is run by ${node.version} (${node.path}).`
        : `It asks for Node.js ${engines}, which is not on this machine; it is tried with ${node.version} (${node.path}).`,
    );
  return { runtime: { kind: 'node', version: node.version }, runtimeFolder: dirname(node.path) };
}

export function notFound(program: string, context: SearchContext): StartError {
  const folders = searchFolders(context);
  const shown = folders.slice(0, 12).join(', ') + (folders.length > 12 ? ` and ${folders.length - 12} more` : '');
  const isNode = /^(npx|node|npm)$/.test(program);
  const tip = isNode
    ? nodeTip(context)
    : /^(uvx|uv)$/.test(program)
      ? 'Install uv from docs.astral.sh/uv, then start it again.'
      : `Install ${program}, or name its full path as the command.`;
  const wantsNode = isNode && context.offeredNode !== undefined;
  return new StartError('not-found', `The program “${program}” was not found. Looked in ${shown}.`, tip, wantsNode ? { wantsNode } : {});
}

/** Where a Node comes from, for the end of a failure. */
export const nodeTip = ({ offeredNode }: Pick<SearchContext, 'offeredNode'>): string =>
  offeredNode === undefined
    ? 'Install Node.js from nodejs.org, then start it again.'
    : `Let Orrery fetch Node ${offeredNode} on its page or with “orrery tools node --fetch”; or install Node.js from nodejs.org, then start it again.`;
