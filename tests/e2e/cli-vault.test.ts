// The vault on the command line where no other host runs: what is piped in after the passphrase, a passphrase that is forgotten, and a
// keychain that is not to be reached.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cliFile, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

const home = temporaryFolder('cli-vault');
const data = path.join(home, 'data');
/** A desktop session's keychain is none of this test's. */
const env = { ...process.env, ORRERY_DATA: data, DBUS_SESSION_BUS_ADDRESS: '' };
const orrery = (input: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [cliFile, ...args], { env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
afterAll(() => removeFolder(home));

test('a note is piped in after the passphrase; who forgot the passphrase sets a new one by the recovery key', async () => {
  const file = path.join(home, 'recovery.txt');
  expect((await orrery('the first passphrase\n', 'vault', 'passphrase')).code).toBe(0);
  const noted = await orrery('the first passphrase\nline one\nline two\n', 'vault', 'add', 'NOTE', '--kind', 'note');
  expect(noted.stdout, noted.stderr).toMatch(/Stored NOTE/);
  expect((await orrery('the first passphrase\n', 'vault', 'recovery', file)).code).toBe(0);
  const key = /^ {4}(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';

  const tried = await orrery('the first passphrase\n', 'vault', 'unlock');
  expect(tried.stdout).toMatch(/^open:/);
  expect(tried.stderr).toMatch(/No host runs on this data folder/);
  const refused = await orrery(`${key}\nthe second passphrase\n`, 'vault', 'passphrase');
  expect(refused.stderr).toMatch(/not the vault’s passphrase/);
  const anew = await orrery(`${key}\nthe second passphrase\n`, 'vault', 'passphrase', '--recovery');
  expect(anew.stdout, anew.stderr).toMatch(/^open:/);
  expect((await orrery('the first passphrase\n', 'vault', 'unlock')).code).toBe(2);
  expect((await orrery('the second passphrase\n', 'vault', 'unlock')).code).toBe(0);
});

test('a server whose configuration holds a key is taken over where no host runs: the passphrase is asked for first', async () => {
  const file = path.join(home, 'mcp.json');
  const server = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/dist/index.js');
  const kept = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  writeFileSync(
    file,
    JSON.stringify({ mcpServers: { notes: { command: process.execPath, args: [server], env: { GITHUB_TOKEN: kept } } } }),
  );
  const other = ['--data', path.join(home, 'other')];
  expect((await orrery('a passphrase of its own\n', 'vault', 'passphrase', ...other)).code).toBe(0);
  const taken = await orrery('a passphrase of its own\n', 'tools', 'import', file, '--yes', ...other);
  expect(taken.stderr).toBe('');
  expect(taken.stdout).toMatch(/^added .*notes.*9 tools/m);
  expect((await orrery('a passphrase of its own\n', 'vault', 'list', ...other)).stdout).toMatch(/github/i);
  expect(readFileSync(path.join(home, 'other', 'orrery.db')).includes(kept)).toBe(false);
});
