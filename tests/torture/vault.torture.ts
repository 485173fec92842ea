// The vault on a real keyring, in a D-Bus session of its own: writers are killed in the middle of rotations, writes, imports and
// backups; rows and backups are changed; the keychain is locked, empty or wrong. What was acknowledged is there, nothing else comes
// out, nothing is on the disk in plain text, and no new key is made over entries.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keytarProblem } from '../../electron/adapters/vault/keychain.ts';
import { CannotTorture, type Torture } from './torture.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

async function mustHaveKeyring(): Promise<void> {
  if (process.platform !== 'linux') throw new CannotTorture('The vault’s torture needs Linux: a keyring of its own.');
  const lacking = ['dbus-run-session', 'gnome-keyring-daemon', 'gdbus'].filter((command) => !has(command));
  if (lacking.length > 0) throw new CannotTorture(`The vault’s torture needs ${lacking.join(', ')}.`);
  const problem = await keytarProblem();
  if (problem !== undefined) throw new CannotTorture(problem);
}

export const torture: Torture = {
  about:
    'kills in the middle of rotations, writes, imports and backups; changed rows and backups; a keychain that is locked, empty or wrong.',
  defaultN: 300,
  promises: ['lost', 'wrongAccepted', 'plaintextFound', 'newKeyMade', 'unopenable', 'endedThemselves'],
  async run({ n, seed, say }) {
    await mustHaveKeyring();
    const home = mkdtempSync(path.join(tmpdir(), 'orrery-vault-torture-'));
    const fixture = path.join(import.meta.dirname, 'vault-session.fixture.ts');
    const script = `printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec "$0" "$1" "$HOME" ${n} ${seed}`;
    try {
      const output = await new Promise<string>((resolve, reject) => {
        const child = execFile(
          'dbus-run-session',
          ['--', 'sh', '-c', script, process.execPath, fixture],
          {
            env: { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8' },
            maxBuffer: 50_000_000,
          },
          (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr.slice(-4000)}`))),
        );
        child.stderr?.on('data', (chunk: Buffer | string) => {
          for (const line of String(chunk).trimEnd().split('\n'))
            if (!/dbus-daemon|discover_other_daemon|Message:/.test(line) && line !== '') say(line);
        });
      });
      return JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
};
