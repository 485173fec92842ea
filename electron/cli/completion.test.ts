// What Tab completes, in the shells that are on this machine.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { completionFor } from './completion.ts';
import { makeProgram } from './make-program.ts';

const shellOf = (name: string, script: string): string[] | undefined => {
  const { error, stdout, stderr } = spawnSync(name, ['-c', script], { encoding: 'utf8', timeout: 20_000 });
  if (error !== undefined) return undefined;
  expect(stderr).toBe('');
  return stdout.trim().split(/\s+/).sort();
};
const inBash = (...words: string[]): string[] | undefined =>
  shellOf(
    'bash',
    `${completionFor('bash', makeProgram())}\nCOMP_WORDS=(${words.map((each) => `'${each}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _orrery; echo "\${COMPREPLY[@]}"`,
  );

test('bash: commands, those of a command, and options of the one that is there', () => {
  expect(inBash('orrery', 'pro') ?? ['programs']).toEqual(['programs']);
  expect(inBash('orrery', 'tools', 'sign-') ?? ['sign-in', 'sign-out']).toEqual(['sign-in', 'sign-out']);
  expect(inBash('orrery', 'tools', 'allow', 'notes', '--fo') ?? ['--folder']).toEqual(['--folder']);
  // A name that is also a command's is not taken for one further in.
  expect(inBash('orrery', 'tools', 'show', 'add', '--an') ?? ['']).toEqual(['']);
});

test('fish, where it is there: the same, with what each does', () => {
  const script = `${completionFor('fish', makeProgram())}\ncomplete -C 'orrery tools sign-'`;
  const found = shellOf('fish', script)?.filter((word) => word.startsWith('sign-'));
  expect(found ?? ['sign-in', 'sign-out']).toEqual(['sign-in', 'sign-out']);
  // Files only where one may stand: this runs beside package.json.
  const files = (line: string) =>
    shellOf('fish', `${completionFor('fish', makeProgram())}\ncomplete -C '${line}'`)?.filter((word) => word === 'package.json');
  expect(files('orrery tools pack') ?? []).toEqual([]);
  expect(files('orrery run pack') ?? ['package.json']).toEqual(['package.json']);
});
