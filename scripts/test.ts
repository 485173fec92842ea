// `npm test`: sets up what the tests need (a browser; on Debian as root also a keyring to test the vault on), checks, builds, and
// runs everything. Arguments go to vitest. Ends with one plain line: N passed, N failed, N skipped.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium } from '../tests/helpers/chromium.ts';
import { root } from './built.ts';

const run = (command: string, args: string[], env: NodeJS.ProcessEnv = process.env): number =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const isDebianRoot = process.platform === 'linux' && existsSync('/etc/debian_version') && process.getuid?.() === 0;

function hasBrowser(): boolean {
  try {
    findChromium();
    return true;
  } catch {
    return false; // that is what was asked
  }
}

/** Debian packages that tests of real parts use, by the command that shows they are there. */
function installDebianPackages(): void {
  const wanted = Object.entries({ 'gnome-keyring-daemon': 'gnome-keyring', 'dbus-run-session': 'dbus', gdbus: 'libglib2.0-bin' })
    .filter(([command]) => !has(command))
    .map(([, name]) => name);
  if (!hasBrowser()) wanted.push('chromium');
  if (wanted.length === 0) return;
  console.log(`Installing Debian packages for the tests: ${wanted.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], env);
}

if (isDebianRoot) installDebianPackages();
if (!hasBrowser()) {
  console.error(
    'The tests need Chrome, Chromium or Edge. Install one (on Debian or Ubuntu: sudo apt-get install chromium), or set ORRERY_CHROMIUM to its path, then run npm test again.',
  );
  process.exit(1);
}

interface Summary {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  success: boolean;
}

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-test-'));
const report = path.join(folder, 'report.json');
const given = process.argv.slice(2);
let code = 0;
if (given.length === 0) {
  code = run(process.execPath, ['scripts/check.ts']);
  if (code === 0) code = run(process.execPath, ['scripts/built.ts']);
}
if (code === 0)
  code = run(path.join(root, 'node_modules/.bin/vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...given,
  ]);
if (existsSync(report)) {
  const summary = JSON.parse(readFileSync(report, 'utf8')) as Summary;
  console.log(`${summary.numPassedTests} passed, ${summary.numFailedTests} failed, ${summary.numPendingTests} skipped`);
  if (!summary.success) code ||= 1;
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = code;
