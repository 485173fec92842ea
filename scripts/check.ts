// `npm run check`: types for each environment, lint and format, import rules, generated lists, dead code. Prints what failed
// and what to do; ends with 1 when anything did.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './built.ts';

interface Check {
  name: string;
  command: string;
  args: string[];
  /** What its output must show besides its exit code, so that a check that looked at nothing fails. */
  mustSee?: RegExp;
}

const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);

const checks: Check[] = [
  // One checker for each environment: more of them each work out the same types anew, for twice the processor time in all.
  { name: 'types', command: bin('tsc'), args: ['-b', '--checkers', '1'] },
  {
    name: 'lint and format',
    command: bin('biome'),
    args: ['ci', '--colors=off', '--error-on-warnings', '.'],
    mustSee: /Checked \d{2,} files/,
  },
  {
    name: 'import rules',
    command: bin('depcruise'),
    args: ['--config', '.dependency-cruiser.mjs', 'shared', 'electron', 'renderer', 'scripts', 'benchmarks'],
    mustSee: /\((?:[2-9]\d\d|\d{4,}) modules/,
  },
  { name: 'generated lists', command: process.execPath, args: ['scripts/gen.ts', '--check'] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
  { name: 'file sizes and lockfile', command: process.execPath, args: ['scripts/check-tree.ts'] },
];

const run = (check: Check): Promise<boolean> =>
  new Promise((resolve) => {
    const started = performance.now();
    let output = '';
    const child = spawn(check.command, check.args, { cwd: root, env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' } });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      const looked = check.mustSee === undefined || check.mustSee.test(output);
      const passed = code === 0 && looked;
      console.log(`${passed ? '✓' : '✗'} ${check.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      if (!passed) console.log(`${output.trim()}${looked ? '' : '\nIt did not look at the files it should have.'}\n`);
      resolve(passed);
    });
  });

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? checks : checks.filter((check) => wanted.some((word) => check.name.includes(word)));
let passed = true;
// Two at a time: most of them keep one processor busy, or wait.
const left = chosen.values();
const inTurn = async (): Promise<void> => {
  for (const check of left) passed = (await run(check)) && passed;
};
await Promise.all([inTurn(), inTurn()]);
process.exitCode = passed ? 0 : 1;
