// `node tests/conformance/run.ts [name …]`: the official suite against the product's tool host. Without names all scenarios run, and
// the table in docs/mcp-conformance.md is written anew. The last line is JSON; the exit code is 1 when one fails that should not.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exceptions } from './exceptions.ts';
import { listScenarios, runScenario, suiteVersion, type Verdict } from './suite.ts';

const doc = fileURLToPath(new URL('../../docs/mcp-conformance.md', import.meta.url));
const names = process.argv.slice(2);

const outcome = (verdict: Verdict): string => {
  if (exceptions[verdict.name] !== undefined) return 'does not apply';
  return verdict.failed > 0 ? '**fails**' : 'passes';
};

const table = (verdicts: Verdict[]): string =>
  [
    '| Scenario | In the specification of | Outcome | Checks passed | Failed | Warnings |',
    '|---|---|---|---|---|---|',
    ...verdicts.map(
      (each) =>
        `| \`${each.name}\` | ${each.versions.join(', ')} | ${outcome(each)} | ${each.passed} | ${each.failed} | ${each.warnings} |`,
    ),
  ].join('\n');

const all = await listScenarios();
if (all.length === 0) throw new Error('The suite lists no scenarios for clients.');
const wanted = names.length === 0 ? all : all.filter((each) => names.includes(each.name));
const unknown = names.filter((name) => !all.some((each) => each.name === name));
if (unknown.length > 0) throw new Error(`The suite has no scenario ${unknown.join(', ')}.`);

const verdicts: Verdict[] = [];
const queue = [...wanted];
const work = async (): Promise<void> => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const verdict = await runScenario(next);
    verdicts.push(verdict);
    console.log(`${outcome(verdict)}  ${verdict.name}  ${verdict.passed} passed, ${verdict.failed} failed, ${verdict.warnings} warnings`);
    for (const word of verdict.words) console.log(`    ${word.replaceAll('\n', '\n    ')}`);
  }
};
await Promise.all([work(), work()]);
verdicts.sort((a, b) => all.findIndex((each) => each.name === a.name) - all.findIndex((each) => each.name === b.name));

if (names.length === 0) {
  const text = readFileSync(doc, 'utf8');
  const written = text.replace(/(<!-- client:begin[^>]*-->\n)[\s\S]*?(<!-- client:end -->)/, `$1${table(verdicts)}\n$2`);
  writeFileSync(doc, written);
}
const bad = verdicts.filter((each) => each.failed > 0 && exceptions[each.name] === undefined);
console.log(
  JSON.stringify({
    suite: suiteVersion,
    scenarios: verdicts.length,
    passed: verdicts.filter((each) => each.failed === 0 && exceptions[each.name] === undefined).length,
    failed: bad.map((each) => each.name),
    exceptions: verdicts.filter((each) => exceptions[each.name] !== undefined).map((each) => each.name),
    warnings: verdicts.reduce((sum, each) => sum + each.warnings, 0),
  }),
);
process.exitCode = bad.length > 0 ? 1 : 0;
