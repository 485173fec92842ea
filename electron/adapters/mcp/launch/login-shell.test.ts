import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginShell, readLoginPath, sharedLoginPath } from './login-shell.ts';
import type { SearchContext } from './search-path.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What an app that was started from an icon has. */
const bare = (extra: Record<string, string> = {}): SearchContext => ({
  env: { HOME: home, PATH: '/usr/bin:/bin', ...extra },
  home,
  platform: process.platform,
  execPath: process.execPath,
});
const write = (name: string, text: string) => writeFileSync(join(home, name), text);
const shells: [name: string, path: string, profile: string, line: string][] = [
  ['bash', '/bin/bash', '.bash_profile', 'export PATH="$HOME/tools/bin:$PATH"'],
  ['dash', '/bin/dash', '.profile', 'PATH="$HOME/tools/bin:$PATH"; export PATH'],
  ['zsh', '/usr/bin/zsh', '.zshrc', 'path=($HOME/tools/bin $path)'],
  ['fish', '/usr/bin/fish', '.config/fish/config.fish', 'set -gx PATH $HOME/tools/bin $PATH'],
];

describe.skipIf(process.platform === 'win32')('the login shell is asked for PATH', () => {
  for (const [name, shell, profile, line] of shells)
    it.runIf(existsSync(shell))(`${name}, with its own profile`, async () => {
      if (profile.includes('/')) mkdirSync(join(home, profile, '..'), { recursive: true });
      write(profile, `${line}\necho "a profile may say things"\n`);
      const found = await readLoginPath(bare({ SHELL: shell }), { timeoutMs: 30_000 });
      expect(found.problem).toBeUndefined();
      expect(found.shell).toBe(shell);
      expect(found.path).toContain(join(home, 'tools/bin'));
      expect(found.path).toContain('/usr/bin');
    });

  it('a profile that fails, hangs, prints without end or leaves something running does not stop it', async () => {
    const context = bare({ SHELL: '/bin/bash' });
    write('.bash_profile', 'export PATH="/half/way:$PATH"\nfalse && nonsense_(\n');
    expect((await readLoginPath(context, { timeoutMs: 30_000 })).path).toBeInstanceOf(Array);
    write('.bash_profile', 'exit 3\n');
    expect(await readLoginPath(context, { timeoutMs: 30_000 })).toMatchObject({ path: [], problem: expect.stringContaining('code 3') });
    write('.bash_profile', `sleep 300 & echo $! > ${join(home, 'left')}\nsleep 300\n`);
    expect(await readLoginPath(context, { timeoutMs: 500 })).toMatchObject({ path: [], problem: expect.stringContaining('0.5 seconds') });
    const left = Number(readFileSync(join(home, 'left'), 'utf8'));
    for (let i = 0; i < 200 && isAlive(left); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isAlive(left)).toBe(false);
    write('.bash_profile', 'yes orrery\n');
    expect(await readLoginPath(context, { timeoutMs: 30_000 })).toMatchObject({ path: [], problem: expect.stringContaining('too much') });
    expect(await readLoginPath(context, { shell: '/bin/no-such-shell' })).toMatchObject({ path: [], problem: expect.any(String) });
  });

  it('is found without $SHELL, is shared by starts that happen together, and is read again later', async () => {
    expect(loginShell({ HOME: home })).toMatch(/^\//);
    write('.bash_profile', `echo once >> ${join(home, 'count')}\n`);
    const context = bare({ SHELL: '/bin/bash' });
    await Promise.all(Array.from({ length: 5 }, () => sharedLoginPath(context, { timeoutMs: 30_000 })));
    expect(readFileSync(join(home, 'count'), 'utf8')).toBe('once\n');
    write('.bash_profile', `export PATH="/installed/since:$PATH"\n`);
    expect((await readLoginPath(context, { timeoutMs: 30_000 })).path[0]).toBe('/installed/since');
  });

  it('what stands in PATH is text and never run', async () => {
    write('.bash_profile', `export PATH='/a b:/x;touch ${join(home, 'ran')}:$(touch ${join(home, 'ran')})':"$PATH"\n`);
    const { path } = await readLoginPath(bare({ SHELL: '/bin/bash' }), { timeoutMs: 30_000 });
    expect(path).toContain('/a b');
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

it.skipIf(process.platform === 'win32')('a shell that is a script of the person is asked as well', async () => {
  const own = join(home, 'myshell');
  writeFileSync(own, '#!/bin/sh\nPATH="/from/mine:$PATH" exec /bin/sh -c "$2"\n');
  chmodSync(own, 0o755);
  expect((await readLoginPath(bare({ SHELL: own }), { timeoutMs: 30_000 })).path[0]).toBe('/from/mine');
});

it.runIf(existsSync('/bin/bash'))('begins at home and never in the server’s folder, whose hooks the server may have written', async () => {
  home = realpathSync(home);
  const project = join(home, 'project');
  mkdirSync(project);
  write('project/mise.toml', '[hooks]\nenter = "touch ran"\n');
  write('project/.tool-versions', 'python 3.12\n');
  write('project/.envrc', 'touch ran\n');
  // As the hooks of mise and direnv do: what lies where the shell begins is run.
  write('.bash_profile', 'PATH="/began$PWD:$PATH"\n[ ! -f .envrc ] || . ./.envrc\n');
  const found = await sharedLoginPath({ ...bare({ SHELL: '/bin/bash' }), cwd: project }, { timeoutMs: 30_000 });
  expect(found.path[0]).toBe(`/began${home}`);
  expect(existsSync(join(project, 'ran'))).toBe(false);
});
