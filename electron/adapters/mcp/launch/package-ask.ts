// What `npx …`, `uvx …` and their kin (`pnpm dlx`, `pnpx`, `yarn dlx`, `bunx`) ask for, read from their arguments. Pure. What is not
// understood to the last word is left to those programs themselves: undefined.

import { basename } from 'node:path';

export interface PackageAsk {
  kind: 'npm' | 'python';
  /** Name without version. */
  name: string;
  /** As it was asked for: `pkg`, `pkg@1.2.3`, `pkg==1.2.3`, `pkg[extra]`. */
  spec: string;
  /** The program of it to run; the package decides when it is not named. */
  program?: string;
  /** What follows, for the program. */
  args: string[];
  /** Where it is to be looked for, in place of the usual index. Python only. */
  index?: string;
  /** Python only: what its interpreter is to be. */
  python?: string;
  /** The program that was to fetch it, where that is not npm's own. */
  by?: 'pnpm' | 'yarn' | 'bun';
}

/** What a pinned package is filed and updated under. */
export const packageId = ({ kind, spec }: Pick<PackageAsk, 'kind' | 'spec'>): string => `${kind}:${spec}`;

const bare = (command: string): string =>
  basename(command.replaceAll('\\', '/'))
    .replace(/\.(cmd|exe|bat|ps1)$/i, '')
    .toLowerCase();

export function packageAsk(command: string, args: readonly string[]): PackageAsk | undefined {
  switch (bare(command)) {
    case 'npx':
      return npxAsk(args);
    case 'npm':
      return args[0] === 'exec' || args[0] === 'x' ? npxAsk(args.slice(1)) : undefined;
    case 'pnpx':
      return npmKin('pnpm', args);
    case 'pnpm':
      return args[0] === 'dlx' ? npmKin('pnpm', args.slice(1)) : undefined;
    case 'yarn':
      return args[0] === 'dlx' ? npmKin('yarn', args.slice(1)) : undefined;
    case 'bunx':
      return npmKin('bun', args);
    case 'bun':
      return args[0] === 'x' ? npmKin('bun', args.slice(1)) : undefined;
    case 'uvx':
      return uvxAsk(args);
    case 'uv':
      return args[0] === 'tool' && args[1] === 'run' ? uvxAsk(args.slice(2)) : undefined;
    default:
      return undefined;
  }
}

const npmSpec = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:@([a-zA-Z0-9.^~<>=*|+-]+))?$/i;

/** Only a package of a registry: folders, addresses and repositories are left to npx, since nothing pins them. */
function npxAsk(args: readonly string[]): PackageAsk | undefined {
  let asked: string | undefined;
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (/^(-y|--yes|-q|--quiet|--silent)$/.test(arg)) continue;
    if (arg === '-p' || arg === '--package') {
      at += 1;
      if (asked !== undefined) return undefined;
      asked = args[at];
    } else if (arg.startsWith('--package=')) {
      if (asked !== undefined) return undefined;
      asked = arg.slice('--package='.length);
    } else if (arg === '--') {
      at += 1;
      break;
    } else if (arg.startsWith('-')) return undefined;
    else break;
  }
  const first = args[at];
  if (first === undefined) return undefined;
  const spec = asked ?? first;
  const match = npmSpec.exec(spec);
  if (match?.[1] === undefined) return undefined;
  const rest = args.slice(at + 1);
  return {
    kind: 'npm',
    name: match[1],
    spec,
    args: asked === undefined && rest[0] === '--' ? rest.slice(1) : rest,
    ...(asked === undefined ? {} : { program: first }),
  };
}

function npmKin(by: 'pnpm' | 'yarn' | 'bun', args: readonly string[]): PackageAsk | undefined {
  const ask = npxAsk(args);
  return ask === undefined ? undefined : { ...ask, by };
}

const pythonSpec =
  /^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[A-Za-z0-9,._-]+\])?(?:(?:@|==)([A-Za-z0-9.!+_-]+)|((?:[<>=~!]=?\s*[0-9][A-Za-z0-9.*]*,?)+))?$/;

function uvxAsk(args: readonly string[]): PackageAsk | undefined {
  let from: string | undefined;
  let index: string | undefined;
  let python: string | undefined;
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] as string;
    const [name, inline] =
      arg.startsWith('--') && arg.includes('=') ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] : [arg, undefined];
    const value = (): string | undefined => {
      if (inline !== undefined) return inline;
      at += 1;
      return args[at];
    };
    if (/^(-q|--quiet|--no-progress)$/.test(name)) continue;
    if (name === '--from') from = value();
    else if (name === '--index-url' || name === '--default-index' || name === '-i') index = value();
    else if (name === '--python' || name === '-p') python = value();
    else if (name.startsWith('-')) return undefined;
    else break;
  }
  const first = args[at];
  if (first === undefined) return undefined;
  const match = pythonSpec.exec(from ?? first);
  if (match?.[1] === undefined) return undefined;
  const [, name, extra = '', version, range] = match;
  // `pkg@latest` is uv's way to say "the newest", which is what no version says too.
  const exact = version === undefined || version === 'latest' ? '' : `==${version}`;
  return {
    kind: 'python',
    name,
    spec: `${name}${extra}${exact}${range ?? ''}`,
    program: from === undefined ? name : first,
    args: args.slice(at + 1),
    ...(index === undefined ? {} : { index }),
    ...(python === undefined ? {} : { python }),
  };
}
