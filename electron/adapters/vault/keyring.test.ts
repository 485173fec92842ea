// The vault on a real gnome-keyring under a D-Bus session of its own.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { keytarProblem } from './keychain.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const lacking =
  process.platform !== 'linux'
    ? 'this is not Linux'
    : ['dbus-run-session', 'gnome-keyring-daemon', 'gdbus'].filter((command) => !has(command)).join(', ');
const problem = lacking === '' ? await keytarProblem() : `missing: ${lacking}`;
if (problem !== undefined) console.warn(`Skipped “the vault on a real keyring”: ${problem}`);

test.skipIf(problem !== undefined)('the vault on a real keyring: open, locked, missing, wrong, restored', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'orrery-keyring-'));
  const fixture = fileURLToPath(new URL('./keyring-session.fixture.ts', import.meta.url));
  const daemon = 'printf test-password | gnome-keyring-daemon --unlock --components=secrets';
  const script = `${daemon} >/dev/null && "$0" "$1" first "$HOME/state.json" && ${daemon} --replace >/dev/null && "$0" "$1" second "$HOME/state.json"`;
  const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8' };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      'dbus-run-session',
      ['--', 'sh', '-c', script, process.execPath, fixture],
      { env, timeout: 50_000 },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`))),
    );
  });
  rmSync(home, { recursive: true, force: true });
  const seen = Object.assign(
    {},
    ...output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  expect(seen).toEqual({
    before: 'empty',
    open: 'open',
    revealed: 'kept-by-the-keyring',
    inKeychain: true,
    nullWhileLocked: null,
    locked: 'locked',
    setWhileLocked: 'vault-locked',
    unlocked: 'open',
    missing: 'missing',
    wrong: 'wrong',
    restored: 'kept-by-the-keyring',
    rotated: 'kept-by-the-keyring',
    oldKeyGone: null,
  });
});
