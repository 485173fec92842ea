// Installs one Python package into an environment of its own: with uv where the person has it, otherwise with the `venv` and `pip`
// of their Python. Only ready-made wheels, unless building was allowed: building runs code of the package.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { newerRuntime } from './diagnose-runtime.ts';
import { givenUp } from './given-up.ts';
import { type InstallOptions, installFailure } from './npm-install.ts';
import type { PackageAsk } from './package-ask.ts';
import type { PackagePin } from './package-pin.ts';
import type { PythonTool } from './package-tools.ts';
import { runTool, type ToolRun } from './run-tool.ts';
import { StartError } from './start-error.ts';

type Installed = Pick<PackagePin, 'version' | 'integrity' | 'programs' | 'wanted'>;

const isWindows = process.platform === 'win32';
const binFolder = isWindows ? 'Scripts' : 'bin';

const reportShape = z.looseObject({
  install: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), version: z.string() }),
      download_info: z.looseObject({ archive_info: z.looseObject({ hash: z.string().optional() }).optional() }).optional(),
    }),
  ),
});

const sameName = (a: string, b: string): boolean => a.toLowerCase().replace(/[-_.]+/g, '-') === b.toLowerCase().replace(/[-_.]+/g, '-');

/** Throws StartError `not-cached`, `not-found`, `newer-runtime`, … when it cannot be had. */
export async function installPython(ask: PackageAsk, folder: string, tool: PythonTool, options: InstallOptions): Promise<Installed> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const run = async (file: string, args: string[]): Promise<ToolRun> => {
    const result = await runTool(file, args, {
      env: options.env,
      cwd: folder,
      timeoutMs: options.timeoutMs ?? 300_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.guard === undefined ? {} : { guard: options.guard }),
    });
    givenUp(ask, options.signal);
    return result;
  };
  const env = join(folder, 'env');
  const inside = join(env, binFolder, isWindows ? 'python.exe' : 'python');
  if (tool.uv !== undefined) {
    for (const args of uvCommands(ask, env, inside, options.scripts)) must(ask, await run(tool.uv, args), 'uv');
    return { version: versionIn(env, ask.name) ?? '0', programs: programsIn(env), wanted: [] };
  }
  if (tool.python === undefined)
    throw new StartError('not-found', 'Neither uv nor Python was found.', 'Install uv from docs.astral.sh/uv.');
  must(ask, await run(tool.python, ['-m', 'venv', env]), 'python -m venv');
  const report = join(folder, 'report.json');
  must(
    ask,
    await run(inside, [
      ...(options.scripts ? ['-m', 'pip'] : ['-c', pipWithoutBuilding]),
      'install',
      '--disable-pip-version-check',
      '--no-input',
      '--quiet',
      '--retries=1',
      ...(options.scripts ? [] : ['--only-binary=:all:']),
      ...(ask.index === undefined ? [] : ['--index-url', ask.index]),
      '--report',
      report,
      ask.spec,
    ]),
    'pip',
  );
  const { install } = reportShape.parse(JSON.parse(readFileSync(report, 'utf8')));
  rmSync(report, { force: true });
  const own = install.find((each) => sameName(each.metadata.name, ask.name));
  const hash = own?.download_info?.archive_info?.hash;
  return {
    version: own?.metadata.version ?? '0',
    programs: programsIn(env),
    wanted: [],
    ...(hash === undefined ? {} : { integrity: hash }),
  };
}

/**
 * pip, but so that it cannot build. `--only-binary` holds for what an index offers; a package may also name the address of another
 * one's source as what it depends on, and to build that is to run it. Building is always another Python. One is let through: with a Python
 * that was built for an older macOS, pip asks another one for the system's version; neither reads anything of a package.
 */
export const pipWithoutBuilding = `
import os, runpy, sys
version = [sys.executable, '-sS', '-c', 'import platform; print(platform.mac_ver()[0])']
def refuse(event, args):
    if event in ('subprocess.Popen', 'os.posix_spawn') and args[1] == version:
        return
    if event in ('subprocess.Popen', 'os.exec', 'os.posix_spawn', 'os.spawn', 'os.startfile'):
        told = args[0] if event != 'os.spawn' else args[1]
        name = os.path.basename(os.fsdecode(told if told is not None else args[1][0])).lower()
        if name.startswith(('python', 'pypy', 'git', 'hg', 'svn', 'bzr')) or os.path.basename(sys.executable).lower() == name:
            raise RuntimeError('only-binary: a package names sources to build (' + name + '), and building runs code of it')
sys.addaudithook(refuse)
sys.argv[0] = 'pip'
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

/** As it lies on the disk: a package may hold files that every start of its environment's Python runs, so that one is not asked. */
function versionIn(env: string, name: string): string | undefined {
  const libraries = isWindows
    ? [join(env, 'Lib')]
    : readdirSync(join(env, 'lib'))
        .filter((each) => /^(python|pypy)/.test(each))
        .map((each) => join(env, 'lib', each));
  return libraries
    .flatMap((each) => readdirSync(join(each, 'site-packages')))
    .map((each) => /^(.+)-([^-]+)\.dist-info$/.exec(each))
    .find((each) => each !== null && sameName(each[1] ?? '', name))?.[2];
}

/** As uv documents them: an environment, then the package into it. */
export function uvCommands(ask: PackageAsk, env: string, inside: string, scripts: boolean): string[][] {
  return [
    ['venv', '--no-project', ...(ask.python === undefined ? [] : ['--python', ask.python]), env],
    [
      'pip',
      'install',
      '--python',
      inside,
      ...(scripts ? [] : ['--no-build']),
      ...(ask.index === undefined ? [] : ['--default-index', ask.index]),
      ask.spec,
    ],
  ];
}

function must(ask: PackageAsk, result: ToolRun, tool: string): void {
  if (result.code === 0) return;
  const facts = {
    plan: { file: tool, args: [], env: {}, cwd: '' },
    exitCode: result.code,
    signal: null,
    stderr: result.stderr,
    stdoutHead: '',
    elapsedMs: 0,
  };
  const older = newerRuntime(result.stderr, facts, {
    portHolder: () => undefined,
    engines: () => undefined,
    nodes: () => [],
    builtFor: () => undefined,
    isThere: () => undefined,
    leadsTo: () => undefined,
  });
  if (older !== undefined) throw new StartError(older.cause, `“${ask.spec}”: ${older.message}`, older.hint);
  throw installFailure(ask, result, tool);
}

/** Those that its environment has beside Python's own. */
const programsIn = (env: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(env, binFolder))
      .filter((file) => !/^(python|pip|activate|deactivate|wheel$)/i.test(file))
      .map((file) => [file.replace(/\.exe$/i, ''), join('env', binFolder, file)]),
  );
