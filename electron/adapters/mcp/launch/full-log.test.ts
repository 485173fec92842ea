import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { createKnownTools, knownToolsKey } from '../known-tools.ts';
import { openFullLog } from './full-log.ts';
import { uvCommands } from './python-install.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const config = {
  id: 'one',
  title: 'One',
  command: 'node',
  args: ['x.js', '--key=hunter2'],
  env: {},
  enabled: true,
} as unknown as ServerConfig;
const open = (problems: string[] = []) =>
  openFullLog(folder, 'one', {
    redact: (text) => text.replaceAll('hunter2', '[secret]'),
    now: () => 0,
    problem: (text) => problems.push(text),
  });

it('keeps the whole of a start on disk, without secrets and values of the environment', () => {
  const log = open();
  log.begin(config);
  log.planned({
    file: '/usr/bin/node',
    args: ['x.js'],
    env: { PATH: '/usr/bin', KEY: 'hidden-value' },
    cwd: '/tmp',
    notes: ['It asks for Node.js >=22.'],
  });
  log.line('my key is hunter2');
  log.failed({ cause: 'exited', message: 'It exited with code 1.', hint: 'Check it.' });
  const text = readFileSync(log.path, 'utf8');
  for (const each of ['“One”', '/usr/bin/node x.js', 'PATH KEY', '>=22', 'my key is [secret]', 'exited', 'Check it.'])
    expect(text).toContain(each);
  expect(text).not.toMatch(/hunter2|hidden-value/);
  expect(statSync(log.path).mode & 0o077).toBe(0);
});

it('is rotated and bounded, and a disk that refuses is told of once', () => {
  const log = open();
  for (let start = 0; start < 5; start += 1) {
    log.begin(config);
    for (let i = 0; i < 4_000; i += 1) {
      log.line('x'.repeat(4_000));
      if (i % 200 === 0) log.flush();
    }
    log.flush();
  }
  const files = readdirSync(join(folder, 'logs/servers'));
  expect(files.sort()).toEqual(['one.log', 'one.log.1', 'one.log.2']);
  const size = files.reduce((sum, each) => sum + statSync(join(folder, 'logs/servers', each)).size, 0);
  expect(size).toBeLessThan(8 * 1024 * 1024);
  rmSync(join(folder, 'logs'), { recursive: true, force: true });
  writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
  const problems: string[] = [];
  const broken = open(problems);
  for (let i = 0; i < 3; i += 1) {
    broken.line('x');
    broken.flush();
  }
  expect(problems.length).toBe(1);
});

it('known tools are there again for the same start and for no other, and what is broken is as if never kept', () => {
  const known = createKnownTools(folder);
  const key = knownToolsKey(config, folder);
  expect(known.get(key)).toBeUndefined();
  const tool = {
    name: 't',
    title: 't',
    description: '',
    inputSchema: { type: 'object' },
    readOnly: false,
    idempotent: false,
    destructive: true,
  };
  known.put(key, [tool]);
  expect(createKnownTools(folder).get(key)).toEqual({ tools: [tool] });
  expect(knownToolsKey({ ...config, args: ['y.js'] }, folder)).not.toBe(key);
  expect(knownToolsKey({ ...config, env: { MODE: { text: 'a' } } }, folder)).not.toBe(key);
  writeFileSync(join(folder, 'known-tools', `${key}.json`), '{"version":1,"tools":[{"name":1}]}');
  expect(known.get(key)).toBeUndefined();
  writeFileSync(join(folder, 'known-tools', `${key}.json`), '{"vers');
  expect(known.get(key)).toBeUndefined();
  expect(() => known.get('../../etc/passwd')).toThrow(TypeError);
});

it('uv is called as it documents: an environment, then the package into it, without building', () => {
  const ask = { kind: 'python' as const, name: 'p', spec: 'p==1.0', args: [], python: '3.12', index: 'http://i/simple' };
  expect(uvCommands(ask, '/e', '/e/bin/python', false)).toEqual([
    ['venv', '--no-project', '--python', '3.12', '/e'],
    ['pip', 'install', '--python', '/e/bin/python', '--no-build', '--default-index', 'http://i/simple', 'p==1.0'],
  ]);
});
