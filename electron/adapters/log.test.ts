import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from './log.ts';
import { withFolder } from './sqlite/test-support.ts';

const secret = 'hunter"2\\';
const redact = (text: string) => text.replaceAll(secret, '[secret:pw]').replaceAll('9876', '[secret:pin]');

test('secrets are replaced everywhere before anything is written, however they are nested or quoted', () =>
  withFolder((folder) => {
    const stderr: string[] = [];
    const log = openLog({ folder, redact, stderr: (line) => stderr.push(line) });
    log.warn(`about ${secret}`, { deep: [{ [secret]: secret }], error: new Error(secret), pin: 9876 });
    log.info('quiet', { more: 1 });
    log.close();
    const file = readFileSync(join(folder, 'logs', 'orrery.log'), 'utf8');
    const everything = [file, ...log.recent(10), ...stderr].join('\n');
    expect(everything).not.toContain('hunter');
    expect(everything).not.toContain('9876');
    expect(file).toContain('[secret:pw]');
    expect(stderr).toHaveLength(1);
    expect(log.recent(1)[0]).toMatch(/^\S+Z info {2}quiet \{"more":1\}$/);
    expect(log.recent(10)).toHaveLength(2);
  }));

test('quiet means nothing on stderr, debug is off until asked for, and the newest 2,000 lines are kept', () => {
  const stderr: string[] = [];
  const log = openLog({ quiet: true, redact, stderr: (line) => stderr.push(line) });
  log.debug('no');
  for (let i = 0; i < 2100; i += 1) log.error(`line ${i}`);
  expect(stderr).toEqual([]);
  const lines = log.recent(5000);
  expect(lines).toHaveLength(2000);
  expect(lines[0]).toContain('line 100');
  expect(lines.at(-1)).toContain('line 2099');
  expect(log.recent(0)).toEqual([]);
});

test('files turn over by size, at opening too, and five are kept', () =>
  withFolder((folder) => {
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(join(logs, 'orrery.log'), 'old '.repeat(1000));
    const log = openLog({ folder, redact, quiet: true, maxBytes: 2000 });
    log.info('first');
    expect(readFileSync(join(logs, 'orrery.1.log'), 'utf8')).toContain('old');
    for (let i = 0; i < 200; i += 1) log.info(`line ${i} ${'x'.repeat(50)}`);
    log.close();
    expect(readdirSync(logs).sort()).toEqual(['orrery.1.log', 'orrery.2.log', 'orrery.3.log', 'orrery.4.log', 'orrery.log']);
    for (const name of readdirSync(logs)) expect(statSync(join(logs, name)).size).toBeLessThan(2300);
    expect(readFileSync(join(logs, 'orrery.log'), 'utf8')).toContain('line 199');
  }));

test('a log that cannot be written does not take the work with it', () =>
  withFolder((folder) => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
    const log = openLog({ folder, redact, quiet: true });
    log.info('kept in memory');
    expect(log.recent(1)[0]).toContain('kept in memory');
    rmSync(join(folder, 'logs'));
    log.info('written again');
    log.close();
    expect(readFileSync(join(folder, 'logs', 'orrery.log'), 'utf8')).toContain('written again');
  }));
