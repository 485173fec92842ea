// Installs one npm package into a folder of its own, with npm and the person's own settings for it. Install scripts are not run
// unless that was allowed: a package must not run anything before a person's server does.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { missingPackage } from './diagnose-parts.ts';
import { givenUp } from './given-up.ts';
import type { PackageAsk } from './package-ask.ts';
import type { PackagePin } from './package-pin.ts';
import type { NpmTool } from './package-tools.ts';
import { runTool, type ToolOptions, type ToolRun } from './run-tool.ts';
import { StartError } from './start-error.ts';

export interface InstallOptions {
  env: Record<string, string>;
  /** Run the packages' own install scripts, or build from source: code of theirs, outside of any sandbox. */
  scripts: boolean;
  /** This very one, in place of what the spec allows. npm only: a wheel is built or not, and never run. */
  version?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  guard?: ToolOptions['guard'];
  /** From what is on this machine alone. */
  isOffline?: boolean;
  /** The registry was not reached, whatever the installer says of it. */
  isUnreached?: () => boolean;
}

type Installed = Pick<PackagePin, 'version' | 'integrity' | 'programs' | 'engines' | 'wanted'>;

const lockShape = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const manifestShape = z.looseObject({
  version: z.string(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
});

/** Throws StartError `not-cached`, `not-found`, … when it cannot be had. */
export async function installNpm(ask: PackageAsk, folder: string, tool: NpmTool, options: InstallOptions): Promise<Installed> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const run = (...more: string[]): Promise<ToolRun> =>
    runTool(
      tool.node,
      [
        tool.npm,
        'install',
        options.version === undefined ? ask.spec : `${ask.name}@${options.version}`,
        '--save-exact',
        '--omit=dev',
        '--no-audit',
        '--no-fund',
        '--no-update-notifier',
        '--loglevel=error',
        options.scripts ? '--foreground-scripts' : '--ignore-scripts',
        ...(options.isOffline === true ? ['--offline'] : []),
        ...more,
      ],
      {
        // Nor is a repository of this machine read, whatever a package names.
        env: { ...options.env, GIT_ALLOW_PROTOCOL: 'https:http:ssh' },
        cwd: folder,
        timeoutMs: options.timeoutMs ?? 300_000,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.guard === undefined ? {} : { guard: options.guard }),
      },
    );
  let result = await run();
  givenUp(ask, options.signal);
  const isUnreached = () => options.isUnreached?.() === true || missingPackage(result.stderr)?.cause === 'not-cached';
  if (result.code !== 0 && options.isOffline !== true && isUnreached()) {
    // Without a network npm may still hold it in its own cache.
    const offline = await run('--offline');
    givenUp(ask, options.signal);
    if (offline.code === 0) result = offline;
  }
  if (result.code !== 0) throw installFailure(ask, result, 'npm');
  return whatWasInstalled(ask, folder);
}

export function installFailure(ask: PackageAsk, { stderr, code, isLate }: ToolRun, tool: string): StartError {
  if (isLate)
    return new StartError(
      'not-cached',
      `“${ask.spec}” could not be fetched in five minutes.`,
      'Check your connection, then start it again.',
    );
  const text = `${tool === 'npm' ? '' : `${tool} `}${stderr}`;
  const known = missingPackage(text);
  if (known !== undefined) return new StartError(known.cause, `“${ask.spec}”: ${known.message}`, known.hint);
  const words = stderr.trim().split('\n').slice(-5).join(' ⏎ ').slice(-600);
  return new StartError(
    'unknown',
    `“${ask.spec}” could not be installed: ${tool} ended with code ${code}. ${words}`,
    `Run “${tool} install ${ask.spec}” in a terminal to see why.`,
  );
}

function whatWasInstalled(ask: PackageAsk, folder: string): Installed {
  const inside = join(folder, 'node_modules', ask.name);
  const { packages } = lockShape.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
  refuseOwnFolders(ask, packages);
  const manifest = manifestShape.parse(JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8')));
  const bins = typeof manifest.bin === 'string' ? { [ask.name.replace(/^@[^/]+\//, '')]: manifest.bin } : (manifest.bin ?? {});
  const programs = Object.fromEntries(
    Object.entries(bins)
      .map(([name, file]): [string, string] => [name, relative(folder, join(inside, file))])
      // A package must not name a program outside of itself.
      .filter(([, file]) => !file.startsWith('..') && existsSync(join(folder, file))),
  );
  const { integrity } = packages[`node_modules/${ask.name}`] ?? {};
  return {
    version: manifest.version,
    programs,
    wanted: Object.entries(packages)
      .filter(([, each]) => each.hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
      .slice(0, 50),
    ...(integrity === undefined ? {} : { integrity }),
    ...(manifest.engines?.node === undefined ? {} : { engines: manifest.engines.node }),
  };
}

/**
 * What it depends on may name a folder or a repository of this machine: npm would put a copy of it, or a link to it, among the
 * package's files, which its server may read.
 */
function refuseOwnFolders(ask: PackageAsk, packages: z.infer<typeof lockShape>['packages']): void {
  const found = Object.entries(packages).find(
    ([path, { resolved, link }]) =>
      link === true || (path !== '' && !path.startsWith('node_modules/')) || /^(git\+)?file:/i.test(resolved ?? ''),
  );
  if (found === undefined) return;
  const place = (found[1].resolved ?? found[0]).slice(0, 200);
  throw new StartError(
    'unknown',
    `“${ask.spec}” wants files of this machine as a part of it (${place}). It was not installed.`,
    'Do not use this package; a package of a registry has no business with your folders.',
  );
}

/** The program that npx would run: the named one, the only one, or the one called like the package. */
export function programOf(ask: PackageAsk, { programs }: Pick<PackagePin, 'programs'>): string {
  const names = Object.keys(programs);
  const own = ask.name.replace(/^@[^/]+\//, '');
  const distinct = new Set(Object.values(programs));
  const name = ask.program ?? (distinct.size === 1 ? names[0] : own);
  const file = name === undefined ? undefined : programs[name];
  if (file !== undefined) return file;
  throw new StartError(
    'not-found',
    names.length === 0
      ? `The package “${ask.name}” has no program to run.`
      : `The package “${ask.name}” has no program “${name}”; it has ${names.slice(0, 8).join(', ')}.`,
    names.length === 0
      ? 'Look in its description for the name of its server package.'
      : `Name one of them: ${ask.kind === 'npm' ? `npx -y -p ${ask.spec}` : `uvx --from ${ask.spec}`} ${names[0]}`,
  );
}
