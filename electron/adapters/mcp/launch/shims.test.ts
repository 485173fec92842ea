// Version managers as they lie on a disk: their shims look in $HOME, and a contained server has another. What is planned must run
// there.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { orSkipped } from '../../../../tests/helpers/or-skipped.ts';
import { planLaunch } from './launch.ts';
import { plantProgram } from './plant-program.fixture.ts';
import type { SearchContext } from './search-context.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-shims-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const plant = (path: string, text: string) => plantProgram(home, path, text);
const program = (path: string, says: string) => plant(path, `#!/bin/sh\necho ${says}\n`);
/** Answers `which` as the manager does: only with its folder and the person's choice at hand. */
const manager = (path: string, variable: string, folder: string, choice: string, below: string) =>
  plant(
    path,
    `#!/bin/sh\n[ "$1" = which ] || exit 2\nroot="\${${variable}:-$HOME/${folder}}"\nversion=$(cat "$HOME/${choice}" 2>/dev/null) || { echo "No version is set for command $2" >&2; exit 126; }\necho "$root/${below.replace('VERSION', '$version')}/$2"\n`,
  );

const plan = (command: string, shims: string, more: Partial<ServerConfig> = {}) => {
  const config = { id: 's', title: 'S', command, args: [], env: {}, ...more } as unknown as ServerConfig;
  const context: SearchContext = {
    env: { PATH: '/usr/bin:/bin', HOME: home },
    home,
    platform: 'linux',
    execPath: '/nowhere/app',
    loginPath: [join(home, shims), '/usr/bin', '/bin'],
  };
  return planLaunch(config, { vault: { reveal: async () => '' } as never, dataFolder: join(home, 'data'), context });
};
/** With the home folder that a contained server has. */
const runElsewhere = (planned: { file: string; args: string[]; env: Record<string, string> }) =>
  execFileSync(planned.file, planned.args, { env: { ...planned.env, HOME: join(home, 'elsewhere') }, encoding: 'utf8' }).trim();

describe.runIf(process.platform !== 'win32')('a shim is asked for what it stands for', () => {
  const cases: [name: string, shims: string, setUp: () => void, command: string, says: string][] = [
    [
      'volta',
      '.volta/bin',
      () => {
        manager('.volta/bin/volta', 'VOLTA_HOME', '.volta', '.volta/choice', 'tools/image/node/VERSION/bin');
        plant('.volta/choice', '22.3.0');
        program('.volta/tools/image/node/22.3.0/bin/node', 'v22.3.0');
        plant('.volta/bin/volta-shim', '#!/bin/sh\nexec "$("$HOME/.volta/bin/volta" which "$(basename "$0")")" "$@"\n');
        symlinkSync('volta-shim', join(home, '.volta/bin/node'));
      },
      'node',
      'v22.3.0',
    ],
    [
      'asdf',
      '.asdf/shims',
      () => {
        manager('.asdf/bin/asdf', 'ASDF_DATA_DIR', '.asdf', '.tool-versions', 'installs/python/VERSION/bin');
        plant('.tool-versions', '3.12.1');
        program('.asdf/installs/python/3.12.1/bin/python3', 'asdf-3.12.1');
        plant('.asdf/shims/python3', `#!/bin/sh\nexec "$("$HOME/.asdf/bin/asdf" which python3)" "$@"\n`);
      },
      'python3',
      'asdf-3.12.1',
    ],
    [
      'mise',
      '.local/share/mise/shims',
      () => {
        manager('.local/bin/mise', 'MISE_DATA_DIR', '.local/share/mise', '.config/mise/config.toml', 'installs/node/VERSION/bin');
        plant('.config/mise/config.toml', '20.1.0');
        program('.local/share/mise/installs/node/20.1.0/bin/node', 'v20.1.0');
        mkdirSync(join(home, '.local/share/mise/shims'), { recursive: true });
        symlinkSync(join(home, '.local/bin/mise'), join(home, '.local/share/mise/shims/node'));
      },
      'node',
      'v20.1.0',
    ],
    [
      'nodenv',
      '.nodenv/shims',
      () => {
        manager('.nodenv/libexec/nodenv', 'NODENV_ROOT', '.nodenv', '.nodenv/version', 'versions/VERSION/bin');
        plant('.nodenv/version', '18.4.0');
        program('.nodenv/versions/18.4.0/bin/node', 'v18.4.0');
        plant('.nodenv/shims/node', '#!/bin/sh\nexec "$("$HOME/.nodenv/libexec/nodenv" which node)" "$@"\n');
      },
      'node',
      'v18.4.0',
    ],
    [
      'rbenv',
      '.rbenv/shims',
      () => {
        manager('.rbenv/bin/rbenv', 'RBENV_ROOT', '.rbenv', '.rbenv/version', 'versions/VERSION/bin');
        plant('.rbenv/version', '3.3.0');
        program('.rbenv/versions/3.3.0/bin/ruby', 'ruby-3.3.0');
        plant('.rbenv/shims/ruby', '#!/bin/sh\nexec "$("$HOME/.rbenv/bin/rbenv" which ruby)" "$@"\n');
      },
      'ruby',
      'ruby-3.3.0',
    ],
    [
      'pyenv, in a folder that only a profile names',
      'tools/pyenv/shims',
      () => {
        manager('tools/pyenv/bin/pyenv', 'PYENV_ROOT', '.pyenv', 'tools/pyenv/version', 'versions/VERSION/bin');
        plant('tools/pyenv/version', '3.11.9');
        program('tools/pyenv/versions/3.11.9/bin/python', 'pyenv-3.11.9');
        plant('tools/pyenv/shims/python', '#!/bin/sh\nexec "$("$HOME/tools/pyenv/bin/pyenv" which python)" "$@"\n');
      },
      'python',
      'pyenv-3.11.9',
    ],
  ];
  it.each(cases)('%s', async (_name, shims, setUp, command, says) => {
    setUp();
    const planned = await plan(command, shims);
    expect(runElsewhere(planned)).toBe(says);
    expect(planned.env.PATH?.split(':')[0]).toBe(dirname(planned.file));
  });

  it('a choice that was changed counts at the next start', async () => {
    cases[0]?.[2]();
    expect(runElsewhere(await plan('node', '.volta/bin'))).toBe('v22.3.0');
    program('.volta/tools/image/node/24.1.0/bin/node', 'v24.1.0');
    plant('.volta/choice', '24.1.0');
    expect(runElsewhere(await plan('node', '.volta/bin'))).toBe('v24.1.0');
  });

  it('a script that PATH’s Node runs finds the one behind the shim', async () => {
    cases[0]?.[2]();
    program('.volta/tools/image/node/22.3.0/bin/node', 'by-the-true-node');
    plant('bin/some-server', '#!/usr/bin/env node\n');
    expect(runElsewhere(await plan('some-server', '.volta/bin'))).toBe('by-the-true-node');
  });

  it('what the manager says when nothing was chosen is in the notes', async () => {
    cases[1]?.[2]();
    rmSync(join(home, '.tool-versions'));
    const planned = await plan('python3', '.asdf/shims');
    expect(planned.file).toBe(join(home, '.asdf/shims/python3'));
    expect(planned.notes?.join(' ')).toContain('No version is set for command python3');
  });

  it('where mise has nothing to say, what is behind its shim on PATH is run, as its shim does', async () => {
    const words = 'mise ERROR tool is a mise bin however it is not currently active. Use `mise use` to activate it in this directory.';
    plant('.local/bin/mise', `#!/bin/sh\necho '${words}' >&2\nexit 1\n`);
    mkdirSync(join(home, '.local/share/mise/shims'), { recursive: true });
    symlinkSync(join(home, '.local/bin/mise'), join(home, '.local/share/mise/shims/tool'));
    const unknown = await plan('tool', '.local/share/mise/shims');
    expect(unknown.notes?.join(' ')).toContain('not currently active');
    program('bin/tool', 'the system’s');
    expect(runElsewhere(await plan('tool', '.local/share/mise/shims'))).toBe('the system’s');
  });

  it('mise is asked at home and told what the server’s folder pins: it would run what stands in a configuration there', async () => {
    const ran = join(home, 'ran');
    plant(
      '.local/bin/mise',
      `#!/bin/sh\n[ ! -f mise.toml ] || touch ${ran}\necho "$MISE_DATA_DIR/installs/python/\${MISE_PYTHON_VERSION:-3.9}/bin/$2"\n`,
    );
    mkdirSync(join(home, '.local/share/mise/shims'), { recursive: true });
    symlinkSync(join(home, '.local/bin/mise'), join(home, '.local/share/mise/shims/python3'));
    for (const version of ['3.9', '3.12']) program(`.local/share/mise/installs/python/${version}/bin/python3`, version);
    const planned = async (mise: string) => {
      plant('project/mise.toml', mise);
      return runElsewhere(await plan('python3', '.local/share/mise/shims', { cwd: join(home, 'project') }));
    };
    expect(await planned('[tools]\npython = "3.12"\n')).toBe('3.12');
    expect(await planned('[tools]\npython = "path:/tmp/x"\n')).toBe('3.9');
    expect(await planned(`[tools]\npython = "{{ exec(command='touch ${ran}') }}"\n`)).toBe('3.9');
    rmSync(join(home, 'project/mise.toml'));
    plant('project/.tool-versions', 'python 3.12\n');
    expect(runElsewhere(await plan('python3', '.local/share/mise/shims', { cwd: join(home, 'project/') }))).toBe('3.12');
    expect(existsSync(ran)).toBe(false);
  });

  it('what the server’s folder pins is what is asked for', async () => {
    plant('.rbenv/bin/rbenv', '#!/bin/sh\necho "$HOME/.rbenv/versions/$(cat .ruby-version)/bin/$2"\n');
    for (const version of ['3.2.1', '3.3.0']) program(`.rbenv/versions/${version}/bin/ruby`, version);
    plant('.rbenv/shims/ruby', '#!/bin/sh\n');
    plant('old/.ruby-version', '3.2.1');
    plant('new/.ruby-version', '3.3.0');
    for (const [folder, version] of [
      ['old', '3.2.1'],
      ['new', '3.3.0'],
    ] as const)
      expect(runElsewhere(await plan('ruby', '.rbenv/shims', { cwd: join(home, folder) } as Partial<ServerConfig>))).toBe(version);
  });
});

describe.runIf(process.platform !== 'win32')('pnpm and yarn of corepack', () => {
  it('find what the person’s corepack fetched, from another home folder, and may read it', async () => {
    const says = '#!/bin/sh\necho "$COREPACK_HOME $COREPACK_ENABLE_AUTO_PIN"\n';
    const shim = plant('lib/node_modules/corepack/dist/pnpm.js', says);
    mkdirSync(join(home, 'bin'));
    symlinkSync(shim, join(home, 'bin/pnpm'));
    const planned = await plan('pnpm', 'bin', { args: ['start'] });
    const cache = join(home, '.cache/node/corepack');
    expect(runElsewhere(planned)).toBe(`${cache} 0`);
    expect(planned.reads).toContain(cache);
    const own = await plan('pnpm', 'bin', { args: ['start'], env: { COREPACK_HOME: { text: '/elsewhere' } } } as Partial<ServerConfig>);
    expect(own.env.COREPACK_HOME).toBe('/elsewhere');
    program('tools/pnpm', 'not of corepack');
    expect((await plan('pnpm', 'tools')).env).not.toHaveProperty('COREPACK_HOME');
  });
});

const rbenv = ['/usr/bin/rbenv', '/opt/homebrew/bin/rbenv'].find(existsSync);
const noRbenv = rbenv === undefined ? 'rbenv is not on this machine' : undefined;
describe.skipIf(noRbenv !== undefined)(orSkipped('the real rbenv', noRbenv), () => {
  it('says which of its versions is meant, in the home folder and where a folder pins another', async () => {
    const run = (...args: string[]) =>
      execFileSync(rbenv as string, args, { env: { HOME: home, PATH: '/usr/bin:/bin' }, cwd: home, encoding: 'utf8' });
    for (const version of ['3.2.1', '3.3.0']) program(`.rbenv/versions/${version}/bin/ruby`, version);
    run('global', '3.2.1');
    run('rehash');
    plant('project/.ruby-version', '3.3.0\n');
    expect(runElsewhere(await plan('ruby', '.rbenv/shims'))).toBe('3.2.1');
    expect(runElsewhere(await plan('ruby', '.rbenv/shims', { cwd: join(home, 'project') } as Partial<ServerConfig>))).toBe('3.3.0');
  });
});

const pyenv = join(homedir(), '.pyenv/libexec/pyenv');
const noPyenv = existsSync(pyenv) ? undefined : 'pyenv is not in the home folder';
describe.skipIf(noPyenv !== undefined)(orSkipped('the real pyenv', noPyenv), () => {
  it('says which of its versions is meant, in the home folder and where a folder pins another', async () => {
    // Its own program and shim, over versions of this test.
    for (const folder of ['bin', 'libexec', 'pyenv.d', 'completions'])
      if (existsSync(join(homedir(), '.pyenv', folder))) symlinkSyncIn(join(homedir(), '.pyenv', folder), `.pyenv/${folder}`);
    for (const version of ['3.11.9', '3.12.1']) program(`.pyenv/versions/${version}/bin/python`, version);
    plant('.pyenv/version', '3.11.9\n');
    plant('.pyenv/shims/python', `#!/bin/sh\nexec "${pyenv}" exec python "$@"\n`);
    plant('project/.python-version', '3.12.1\n');
    expect(runElsewhere(await plan('python', '.pyenv/shims'))).toBe('3.11.9');
    expect(runElsewhere(await plan('python', '.pyenv/shims', { cwd: join(home, 'project') } as Partial<ServerConfig>))).toBe('3.12.1');
  });
});

function symlinkSyncIn(target: string, path: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  symlinkSync(target, join(home, path));
}
