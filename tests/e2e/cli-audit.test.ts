// The audit log on the command line: what happened, whether it is whole, an export that somebody else checks, and a report.

import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { cliFile, projectRoot, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

const home = temporaryFolder('cli-audit');
const data = path.join(home, 'data');
const orrery = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cliFile, ...args],
      { env: { ...process.env, ORRERY_DATA: data }, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });
afterAll(() => removeFolder(home));

/** The program in docs/how-to/audit-and-ledger.md, as somebody else would run it. */
async function documentedVerifier(file: string, keys: string, says: RegExp): Promise<void> {
  if (spawnSync('python3', ['--version']).status !== 0) return;
  const page = readFileSync(path.join(projectRoot, 'docs/how-to/audit-and-ledger.md'), 'utf8');
  const program = /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const ran = spawnSync('python3', ['-c', program, file, keys], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
  expect(`${ran.stdout}${ran.stderr}`).toMatch(says);
}

test('what happened is listed, verified, exported and reported; what is changed behind its back is found', async () => {
  await orrery('memory', 'add', 'The boiler was serviced in May.');
  // Its title is cut within an emoji.
  await orrery('memory', 'add', `a${'😀'.repeat(120)}`);
  const listed = JSON.parse((await orrery('audit', 'list', '--kind', 'change', '--text', 'boiler', '--json')).stdout) as {
    actor: object;
  }[];
  expect(listed).toHaveLength(1);
  expect(listed[0]?.actor).toMatchObject({ kind: 'person' });
  expect((await orrery('audit', 'list', '--kind', 'nothing')).code).toBe(2);

  const whole = await orrery('audit', 'verify', '--json');
  expect(whole.code).toBe(0);
  expect(JSON.parse(whole.stdout)).toMatchObject({ state: 'whole', first: 1 });

  const out = path.join(home, 'log.jsonl');
  const keys = path.join(home, 'keys.json');
  expect((await orrery('audit', 'export', '--out', out, '--keys', keys)).code).toBe(0);
  expect((await orrery('audit', 'verify', '--file', out, '--keys', keys)).code).toBe(0);
  await documentedVerifier(out, keys, /^whole up to \d+$/m);
  const exported = readFileSync(out, 'utf8');
  const verifyOther = (name: string, text: string) => {
    writeFileSync(path.join(home, name), text);
    return orrery('audit', 'verify', '--file', path.join(home, name), '--keys', keys);
  };
  expect(await verifyOther('empty.jsonl', '')).toMatchObject({ code: 2, stderr: expect.stringMatching(/empty\.jsonl is empty/) });
  // A first line that is no entry is passed over; where nothing follows it, nothing is called whole.
  const heading = await verifyOther('heading.jsonl', '{"format":"orrery-audit"}\n');
  expect(heading).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/no entry in/) });
  writeFileSync(out, exported.replace('Made the memory', 'Read the memory'));
  const edited = await orrery('audit', 'verify', '--file', out, '--keys', keys);
  expect(edited.code).toBe(1);
  expect(edited.stdout).toMatch(/Not whole/);

  await documentedVerifier(out, keys, /^(entry \d+|one of the entries \d+ to \d+) was changed$/m);

  const report = await orrery('audit', 'report', '--since', '1d');
  expect(report.stdout).toMatch(/^# What Orrery did/);
  expect(report.stdout).toMatch(/\| Memory \| 2 \| You \(2\) \|/);

  const db = new Database(path.join(data, 'audit.db'));
  db.exec("drop trigger audit_no_update; update audit_pages set lines = replace(lines, 'emory', 'emories') where 2 between first and last");
  db.close();
  const broken = await orrery('audit', 'verify');
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/(Entry 2|entries \d+ to \d+)\b.*, or (its|their) place in the chain, was changed/);
});
