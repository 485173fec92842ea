// What Windows' installers put on PATH, planted here with the texts that they write: which file a command is, and what is started for
// it. Has not run on Windows.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { planLaunch } from './launch.ts';
import type { SearchContext } from './search-context.ts';
import { commandNames, findCommand } from './search-path.ts';
import { scriptOfShim } from './windows-shim.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-windows-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const plant = (path: string, text = ''): string => {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
};
const context = (more: Record<string, string> = {}): SearchContext => ({
  env: { APPDATA: join(home, 'Roaming'), LOCALAPPDATA: join(home, 'Local'), ProgramFiles: join(home, 'Programs'), ...more },
  home,
  platform: 'win32',
  execPath: join(home, 'app.exe'),
  loginPath: [],
});
const plan = (command: string, args: string[], where = context()) =>
  planLaunch({ id: 's', title: 'S', command, args, env: {} } as unknown as ServerConfig, {
    ...{ vault: { reveal: async () => '' } as never, dataFolder: join(home, 'data'), context: where },
  });

/** As npm's cmd-shim writes it. */
const ofNpm = (script: string, { program = 'node', flags = '' } = {}) =>
  [
    ...['@ECHO off', 'GOTO start', ':find_dp0', 'SET dp0=%~dp0', 'EXIT /b', ':start', 'SETLOCAL', 'CALL :find_dp0', ''],
    ...[`IF EXIST "%dp0%\\${program}.exe" (`, `  SET "_prog=%dp0%\\${program}.exe"`, ') ELSE (', `  SET "_prog=${program}"`],
    ...['  SET PATHEXT=%PATHEXT:;.JS;=;%', ')', ''],
    `endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%" ${flags} "%dp0%\\${script}" %*`,
  ].join('\r\n');
/** As corepack ships it, and pnpm without the folders of its own. */
const ofCorepack = (script: string) =>
  [
    ...['@SETLOCAL', '@IF EXIST "%~dp0\\node.exe" (', `  "%~dp0\\node.exe"  "%~dp0\\${script}" %*`, ') ELSE ('],
    ...['  @SET PATHEXT=%PATHEXT:;.JS;=;%', `  node  "%~dp0\\${script}" %*`, ')'],
  ].join('\r\n');

describe('a command is the file that Windows would run', () => {
  it('with the endings of PATHEXT in their order, and not the shell script that npm puts beside it', () => {
    for (const name of ['srv', 'srv.ps1', 'srv.cmd']) plant(`Roaming/npm/${name}`);
    expect(findCommand('srv', context())).toBe(join(home, 'Roaming/npm/srv.cmd'));
    plant('Roaming/npm/srv.exe');
    expect(findCommand('srv', context())).toBe(join(home, 'Roaming/npm/srv.exe'));
    expect(findCommand('srv', context({ PATHEXT: '.CMD;.EXE' }))).toBe(join(home, 'Roaming/npm/srv.cmd'));
    expect(findCommand('srv.ps1', context())).toBe(join(home, 'Roaming/npm/srv.ps1'));
    rmSync(join(home, 'Roaming'), { recursive: true });
    plant('Roaming/npm/srv');
    expect(findCommand('srv', context())).toBeUndefined();
  });
  it('also with a dot in its name', () => {
    expect(commandNames('python3.12', context())).toEqual([
      'python3.12.com',
      'python3.12.exe',
      'python3.12.bat',
      'python3.12.cmd',
      'python3.12',
    ]);
    expect(commandNames('uvx.EXE', context())).toEqual(['uvx.EXE']);
    expect(commandNames('python3.12', { ...context(), platform: 'linux' })).toEqual(['python3.12']);
  });
  it.each([
    ['npm', 'Roaming/npm'],
    ['Volta', 'Local/Volta/bin'],
    ['fnm', 'Roaming/fnm/aliases/default'],
    ['mise', 'Local/mise/shims'],
    ['pnpm', 'Local/pnpm'],
    ['pyenv', '.pyenv/pyenv-win/shims'],
    ['Scoop', 'scoop/shims'],
  ])('in the folder of %s', (_name, folder) => {
    const file = plant(`${folder}/tool.exe`);
    expect(findCommand('tool', context())).toBe(file);
  });
});

describe('a script that was put on PATH is run by Node, without cmd.exe in between', () => {
  const engines = (range: string) => JSON.stringify({ name: 'srv', engines: { node: range } });
  it('and its arguments come as they are', async () => {
    const node = plant('Programs/nodejs/node.exe', '#!/bin/sh\necho v22.3.0\n');
    plant('Roaming/npm/srv.cmd', ofNpm('node_modules\\srv\\cli.js'));
    const script = plant('Roaming/npm/node_modules/srv/cli.js');
    plant('Roaming/npm/node_modules/srv/package.json', engines('>=18'));
    // cmd.exe would put the value of a variable in.
    expect(await plan('srv', ['%PATH%', 'a b'])).toMatchObject({
      file: node,
      args: [script, '%PATH%', 'a b'],
      runtime: { version: '22.3.0' },
    });
  });
  it('by the Node beside it, as the file itself would', async () => {
    plant('Programs/nodejs/node.exe', '#!/bin/sh\necho v22.3.0\n');
    const beside = plant('Roaming/npm/node.exe', '#!/bin/sh\necho v20.1.0\n');
    plant('Roaming/npm/pnpm.cmd', ofCorepack('..\\dist\\pnpm.js'));
    const script = plant('Roaming/dist/pnpm.js');
    expect(await plan('pnpm', ['start'])).toMatchObject({ file: beside, args: [script, 'start'] });
  });
  it('and one that does more, or runs something else, is left to cmd.exe', async () => {
    plant('b/node_modules/srv/cli.js');
    const texts = [
      ofNpm('node_modules\\srv\\cli.js', { flags: '--enable-source-maps' }),
      ofNpm('node_modules\\srv\\cli.js', { program: 'bun' }),
      `@SET "NODE_PATH=C:\\pnpm"\r\n${ofCorepack('node_modules\\srv\\cli.js')}`,
      ofNpm('node_modules\\gone\\cli.js'),
      '@echo off\r\necho hello\r\n',
      `${ofCorepack('node_modules\\srv\\cli.js')}\r\nnode "%~dp0\\other.js" %*`,
    ];
    expect(texts.map((text) => scriptOfShim(plant('b/srv.cmd', text)))).toEqual(texts.map(() => undefined));
    expect(scriptOfShim(plant('b/srv.cmd', ofNpm('node_modules\\srv\\cli.js')))).toBe(join(home, 'b/node_modules/srv/cli.js'));
    plant('Roaming/npm/other.cmd', '@echo off\r\n');
    expect(await plan('other', ['x'])).toMatchObject({ file: join(home, 'Roaming/npm/other.cmd'), args: ['x'] });
  });
  it('a .ps1 is the .cmd beside it, and without one is said', async () => {
    const file = plant('Roaming/npm/srv.ps1');
    await expect(plan(file, [])).rejects.toMatchObject({
      failure: { cause: 'not-executable', hint: expect.stringContaining('powershell') },
    });
    const beside = plant('Roaming/npm/srv.cmd', '@echo off\r\n');
    expect((await plan(file, [])).file).toBe(beside);
  });
});
