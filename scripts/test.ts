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
  const wanted = Object.entries({
    'gnome-keyring-daemon': 'gnome-keyring',
    'dbus-run-session': 'dbus',
    gdbus: 'libglib2.0-bin',
    strace: 'strace',
    bwrap: 'bubblewrap',
    socat: 'socat',
    rg: 'ripgrep',
  })
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

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  success: boolean;
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** More failing files than this is no accident. */
const maxSecondTries = 2;

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-test-'));
// Hundreds of Node processes are started from here, many of them straight from the sources: what one compiled, the next one takes.
process.env.NODE_COMPILE_CACHE ??= path.join(folder, 'compiled');
const given = process.argv.slice(2);

/** Undefined when the runner itself did not come to its end. */
function runTests(name: string, args: string[]): Report | undefined {
  const file = path.join(folder, `${name}.json`);
  run(path.join(root, 'node_modules/.bin/vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined;
}

const failedIn = ({ testResults }: Report): Report['testResults'] => testResults.filter(({ status }) => status === 'failed');

/**
 * Whole files that failed are run once more, and what then passes is named as unsteady: on a busy machine a browser can miss a
 * deadline. It is never silent, and each such line is a fault to mend, in the test or in the product
 * (docs/decisions/2026-11-21-second-try.md).
 */
function secondTry(first: Report): { report: Report; unsteady: string[] } {
  const failed = failedIn(first);
  if (given.length > 0 || failed.length === 0 || failed.length > maxSecondTries) return { report: first, unsteady: [] };
  const names = failed.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${path.relative(root, name)}: ${fullName}`),
  );
  console.log(`\nSecond try of ${failed.map(({ name }) => path.relative(root, name)).join(', ')}\n`);
  const again = runTests(
    'second',
    failed.map(({ name }) => name),
  );
  if (again === undefined || !again.success) return { report: first, unsteady: [] };
  const mended = first.numFailedTests;
  return { report: { ...first, success: true, numFailedTests: 0, numPassedTests: first.numPassedTests + mended }, unsteady: names };
}

function testEverything(): number {
  if (given.length === 0) {
    const checked = run(process.execPath, ['scripts/check.ts']) || run(process.execPath, ['scripts/built.ts']);
    if (checked !== 0) return checked;
  }
  const first = runTests('first', given);
  if (first === undefined) return 1;
  const { report, unsteady } = secondTry(first);
  for (const name of unsteady) console.log(`UNSTEADY (failed, then passed on a second try; mend it): ${name}`);
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, success } = report;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped${unsteady.length === 0 ? '' : `, ${unsteady.length} unsteady`}`);
  return success ? 0 : 1;
}

try {
  process.exitCode = testEverything();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
