// What no other tool looks at: file sizes (docs/architecture.md, error at 500 lines), forbidden words in the code, and that the lockfile
// is whole, registry-neutral and carries the platforms' own packages.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './built.ts';

const problems: string[] = [];
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));

const maxLines = 500;
for (const file of files.filter(
  (name) => /\.(ts|tsx|css|mjs|cjs)$/.test(name) && !name.includes('.generated.') && !name.startsWith('tests/fixtures/'),
)) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const lines = text.split('\n').length;
  if (lines > maxLines) problems.push(`${file} has ${lines} lines; split it by role (at most ${maxLines}).`);
  if (!file.startsWith('scripts/check-tree') && /@ts-(ignore|nocheck)|coming soon|lorem ipsum/i.test(text))
    problems.push(`${file} holds a forbidden mark (@ts-ignore, “coming soon”, …).`);
}

interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> };
const known = new Set(Object.keys(lock.packages).map((key) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)));
for (const [key, entry] of Object.entries(lock.packages)) {
  if (key === '' || entry.link === true) continue;
  if (entry.integrity === undefined) problems.push(`package-lock.json: ${key} has no integrity.`);
  if (entry.resolved !== undefined)
    problems.push(`package-lock.json: ${key} names a registry; make it with “npm install --omit-lockfile-registry-resolved”.`);
  for (const name of Object.keys(entry.optionalDependencies ?? {}))
    if (!known.has(name) && !/^(fsevents|bufferutil|utf-8-validate)$/.test(name))
      problems.push(`package-lock.json: ${key} lacks its platform package ${name}.`);
}

for (const problem of problems.slice(0, 50)) console.error(problem);
if (problems.length === 0) console.log(`${files.length} files and the lockfile are in order.`);
process.exitCode = problems.length === 0 ? 0 : 1;
