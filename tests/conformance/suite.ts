// Runs scenarios of the official conformance suite (@modelcontextprotocol/conformance) against a client program, and reads its verdicts.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const packageJson = require.resolve('@modelcontextprotocol/conformance/package.json');
const suite = join(dirname(packageJson), 'dist/index.js');
export const suiteVersion = (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version;
const client = fileURLToPath(new URL('./client.ts', import.meta.url));

export interface Scenario {
  name: string;
  /** Protocol versions in whose specification it stands; `draft` and `extension` too. */
  versions: string[];
}
export interface Verdict extends Scenario {
  passed: number;
  failed: number;
  warnings: number;
  /** What failed or was warned of, in the suite's words. */
  words: string[];
}

const run = (args: string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-deprecation', suite, ...args],
      { timeout: 90_000, maxBuffer: 32 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, output: `${stdout}\n${stderr}` }),
    );
  });

/** Those for clients, as the suite lists them. */
export async function listScenarios(): Promise<Scenario[]> {
  const { output } = await run(['list']);
  const part = output.slice(output.indexOf('Client scenarios'));
  return [...part.matchAll(/^\s+- (\S+) \[([^\]]*)\]/gm)].map(([, name, versions]) => ({
    name: name as string,
    versions: (versions as string).split(','),
  }));
}

export async function runScenario(scenario: Scenario): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-suite-'));
  try {
    const command = `${process.execPath} ${client}`;
    const { output } = await run(['client', '--command', command, '--scenario', scenario.name, '--output-dir', folder]);
    const file = readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.endsWith('checks.json'));
    if (file === undefined) return { ...scenario, passed: 0, failed: 1, warnings: 0, words: [output.slice(-1000)] };
    const checks = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      id: string;
      status: string;
      description: string;
      errorMessage?: string;
    }[];
    const of = (status: string) => checks.filter((check) => check.status === status);
    const bad = [...of('FAILURE'), ...of('WARNING')];
    // A client that ends in an error fails the scenario, unless the scenario wants that.
    const failed = /OVERALL: FAILED/.test(output) ? Math.max(1, of('FAILURE').length) : of('FAILURE').length;
    return {
      ...scenario,
      passed: of('SUCCESS').length,
      failed,
      warnings: of('WARNING').length,
      words: bad.map((check) => `${check.id}: ${check.errorMessage ?? check.description}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
