// A hostile working folder: it names its own program as the Node to use, and plants programs where managers and installers are looked
// for. Each planted one leaves a mark when it is run; planning a start happens outside of every sandbox.

import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { planLaunch } from './launch.ts';
import { packageTools } from './launch-package.ts';
import { plantProgram } from './plant-program.fixture.ts';
import { isInServersFolder } from './runs-outside.ts';
import type { SearchContext } from './search-context.ts';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-outside-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const plant = (path: string, text: string) => plantProgram(home, path, text);
const mark = () => join(home, 'was-run');
/** Says that it is a new Node, as a planted one would, and that it was run. */
const hostile = (path: string) => plant(path, `#!/bin/sh\necho run >> ${mark()}\necho v99.0.0\n`);
/** asdf, which knows `path:`. */
const asdf = () => {
  plant(
    '.asdf/bin/asdf',
    `#!/bin/sh\nversion=$(sed -n 's/^nodejs //p' .tool-versions)\ncase $version in path:*) echo "\${version#path:}/bin/$2" ;; *) echo "$ASDF_DATA_DIR/installs/nodejs/$version/bin/$2" ;; esac\n`,
  );
  plant('.asdf/shims/node', '#!/bin/sh\n');
};
const contextOf = (...folders: string[]): SearchContext => ({
  env: { PATH: '/usr/bin:/bin', HOME: home },
  home,
  platform: 'linux',
  execPath: '/nowhere/app',
  cwd: join(home, 'project'),
  loginPath: [...folders.map((each) => join(home, each)), '/usr/bin', '/bin'],
});
const plan = (...folders: string[]) =>
  planLaunch({ id: 's', title: 'S', command: 'node', args: [], env: {}, cwd: join(home, 'project') } as unknown as ServerConfig, {
    vault: { reveal: async () => '' } as never,
    dataFolder: join(home, 'data'),
    context: contextOf(...folders),
  });

describe.runIf(process.platform !== 'win32')('planning a start runs nothing that a server’s folder holds or names', () => {
  it.each([
    ['in itself', 'project/evil', 'project/evil'],
    ['in another folder', 'other/evil', 'other/evil'],
    ['by a link', 'other/evil', 'project/link'],
    ['by a way out of the manager’s folder', 'other/evil', '.asdf/installs/../../other/evil'],
  ])('a Node that its version file names %s', async (_name, where, named) => {
    asdf();
    hostile(`${where}/bin/node`);
    for (const folder of ['project', '.asdf/installs']) mkdirSync(join(home, folder), { recursive: true });
    if (named.includes('link')) symlinkSync(join(home, where), join(home, named));
    plant('project/.tool-versions', `nodejs path:${home}/${named}\n`);
    const planned = await plan('.asdf/shims');
    expect(existsSync(mark())).toBe(false);
    expect(planned.file).not.toContain('evil');
    expect(planned.notes?.join(' ')).toContain('passed over');
  });

  it('a program of it on PATH, where a hook of the shell put it', async () => {
    hostile('project/bin/node');
    hostile('project/.volta/bin/volta');
    plant('project/.volta/bin/node', '#!/bin/sh\n');
    const planned = await plan('project/bin', 'project/.volta/bin');
    expect(existsSync(mark())).toBe(false);
    expect(planned.file).not.toContain('project');
  });

  it('npm’s Node, Python or uv for an installation', async () => {
    for (const name of ['node', 'python3', 'uv']) hostile(`project/bin/${name}`);
    plant('project/lib/node_modules/npm/bin/npm-cli.js', '');
    const tools = packageTools(contextOf('project/bin'), {});
    const found = await Promise.allSettled([tools.npm(), tools.python()]);
    expect(JSON.stringify(found)).not.toContain('/project/');
    expect(existsSync(mark())).toBe(false);
  });

  it('an installation of the manager is still taken where the folder pins it', async () => {
    asdf();
    plant('.asdf/installs/nodejs/22.3.0/bin/node', '#!/bin/sh\necho v22.3.0\n');
    plant('project/.tool-versions', 'nodejs 22.3.0\n');
    expect((await plan('.asdf/shims')).file).toBe(join(home, '.asdf/installs/nodejs/22.3.0/bin/node'));
  });
});

it.skipIf(process.platform === 'win32')('a working folder is the one it leads to, by either name of what is in it', () => {
  const program = plant('real/bin/node', '');
  symlinkSync(join(home, 'real'), join(home, 'link'));
  const context = { cwd: join(home, 'link'), home };
  expect(isInServersFolder(program, context)).toBe(true);
  expect(isInServersFolder(join(home, 'link/bin/node'), context)).toBe(true);
  expect(isInServersFolder(join(home, 'real-not/bin/node'), context)).toBe(false);
});
