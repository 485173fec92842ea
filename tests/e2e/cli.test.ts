// The command line as people use it: the built program, real folders, its exit codes and what it prints where.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InboxId, RunId } from '../../shared/model/ids.ts';
import { attach } from '../helpers/demo-host.ts';
import { cliFile, projectRoot, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

const home = temporaryFolder('cli');
const data = path.join(home, 'data');
const notes = path.join(home, 'notes');
// In a folder of this test: other programs of the machine may make anything elsewhere.
const missing = path.join(home, 'missing');
const sample = (name: string): string => path.join(projectRoot, 'resources/sample-workflows', `${name}.json`);

const orrery = (...args: string[]): Promise<Result> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cliFile, ...args],
      { env: { ...process.env, ORRERY_DATA: data }, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });

beforeAll(() => {
  mkdirSync(notes, { recursive: true });
  writeFileSync(path.join(notes, 'one.md'), '# One\n\nthree more words\n');
  writeFileSync(path.join(notes, 'two.csv'), 'a,b\n1,2\n');
  writeFileSync(path.join(notes, 'picture.png'), Buffer.from([1, 2, 3, 0, 255]));
});
afterAll(() => removeFolder(home));

describe('orrery run', () => {
  test('reads a folder through a tool server, branches, loops, writes a report, remembers; the next run finds it', async () => {
    const first = await orrery('run', sample('folder-digest'), '--set', `folder=${notes}`);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/Run 1 · Folder digest · done/);
    expect(first.stdout).toContain('This is the first digest of this folder.');
    const report = readFileSync(path.join(notes, 'orrery-digest.md'), 'utf8');
    expect(report).toContain('3 files, 2 of them text');
    expect(report).toMatch(/\| one\.md \| 5 \|/);

    const second = await orrery('run', sample('folder-digest'), '--set', `folder=${notes}`, '--json');
    expect(second.code).toBe(0);
    const run = JSON.parse(second.stdout) as {
      run: { number: number; status: string };
      outputs: { report: string };
      steps: { step: string; status: string }[];
    };
    expect(run.run).toMatchObject({ number: 2, status: 'done' });
    expect(run.outputs.report).toContain(`Last time: ${notes} had 3 files`);
    expect(run.steps.filter((step) => step.step.startsWith('read#') && step.status === 'done')).toHaveLength(2);
    expect(run.steps.filter((step) => step.step.startsWith('other#') && step.status === 'done')).toHaveLength(1);

    const found = await orrery('memory', 'search', 'words', '--json');
    expect(JSON.parse(found.stdout)).toMatchObject([{ source: { kind: 'run', title: 'Folder digest' } }]);
  });

  test('of an n8n file as it is: says how much of it runs, and gives the items of its last node', async () => {
    const file = path.join(home, 'n8n.json');
    const node = (name: string, type: string, parameters: object, typeVersion: number) => ({
      id: name,
      name,
      type: `n8n-nodes-base.${type}`,
      typeVersion,
      position: [0, 0],
      parameters,
    });
    const assignments = [{ id: '1', name: 'sum', value: '={{ 1 + 2 }}', type: 'number' }];
    writeFileSync(
      file,
      JSON.stringify({
        name: 'From n8n',
        nodes: [node('Start', 'manualTrigger', {}, 1), node('Fields', 'set', { assignments: { assignments }, options: {} }, 3.4)],
        connections: { Start: { main: [[{ node: 'Fields', type: 'main', index: 0 }]] } },
        settings: { executionOrder: 'v1' },
      }),
    );
    const result = await orrery('run', file, '--json');
    expect(result.stderr).toContain('of 2 nodes 2 run');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ run: { status: 'done' }, outputs: { Fields: [{ json: { sum: 3 } }] } });
    const report = await orrery('import', file, '--report', '--json');
    expect(JSON.parse(report.stdout)).toMatchObject({ report: { program: 'n8n', workflows: [{ verdict: 'runs' }] } });
    // Stored, it runs by its name.
    expect((await orrery('import', file)).code).toBe(0);
    const stored = await orrery('run', 'from N8N', '--json');
    expect(JSON.parse(stored.stdout)).toMatchObject({ run: { status: 'done' }, outputs: { Fields: [{ json: { sum: 3 } }] } });
  });

  test('of any folder: none, empty and blank files, bytes that are no text, names with every sign', async () => {
    const odd = path.join(home, 'odd');
    mkdirSync(path.join(odd, 'sub dir.md'), { recursive: true });
    const nothing = await orrery('run', sample('folder-digest'), '--set', `folder=${path.join(odd, 'sub dir.md')}`);
    expect(nothing.stdout).toContain('0 files, 0 of them text');
    const signs = [
      'quo"te\'s.md',
      'ünïcødé 日本 😀.md',
      '{{ x }}.md',
      ...(process.platform === 'win32' ? [] : ['pi|pe.md', 'new\nline.md', 'back\\slash.txt']),
    ];
    for (const name of signs) writeFileSync(path.join(odd, name), '{{ y }} | ${secret:y}\n');
    writeFileSync(path.join(odd, 'zero.md'), '');
    writeFileSync(path.join(odd, 'blank.md'), '\n \n');
    writeFileSync(path.join(odd, 'binary.md'), Buffer.from([255, 254, 0, 1]));
    const run = await orrery('run', sample('folder-digest'), '--set', `folder=${odd}`);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    const table = readFileSync(path.join(odd, 'orrery-digest.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(2 + signs.length + 3);
    for (const row of table) expect(row.split('|'), row).toHaveLength(6);
  });

  test.each([
    ['a missing file', ['run', `${missing}.json`], 'There is no file'],
    ['a workflow that is not stored', ['run', 'No such workflow'], 'There is neither a file nor a stored workflow “No such workflow”'],
    ['an unknown input', ['run', sample('folder-digest'), '--set', 'dir=/tmp'], 'Its inputs are: folder'],
    ['an input that is not key=value', ['run', sample('folder-digest'), '--set', 'folder'], 'key=value'],
    ['a missing input', ['run', sample('folder-digest')], 'folder'],
    ['a folder that is not there', ['run', sample('folder-digest'), '--set', `folder=${missing}`], `There is no folder “${missing}”`],
    [
      'a granted folder that is not there',
      ['run', sample('folder-digest'), '--set', `folder=${notes}`, '--allow', missing],
      `There is no folder “${missing}”`,
    ],
  ])('%s: exit 2 and words', async (_name, args, words) => {
    const result = await orrery(...args);
    expect(result.stderr).toContain(words);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(2);
  });

  test('a run that waits for a person says so, keeps waiting, and goes on once answered by another client', async () => {
    const waiting = await orrery('run', sample('ask-before-saving'), '--set', `folder=${notes}`, '--set', 'note=hello there', '--json');
    expect(waiting.code).toBe(3);
    const { run, waiting: items } = JSON.parse(waiting.stdout) as { run: { id: string }; waiting: { id: string }[] };
    expect(items).toHaveLength(1);
    const again = await orrery('runs', 'show', run.id, '--json');
    expect((JSON.parse(again.stdout) as { run: { status: string } }).run.status).toBe('waiting');
    expect(existsSync(path.join(notes, 'note.md'))).toBe(false);

    const host = await startHost({ dataFolder: data });
    try {
      const { client, close } = await attach(host);
      const item = items[0]?.id as InboxId;
      await client.inbox.answer({ id: item, answer: { kind: 'question', value: { save: true, name: 'kept' } } });
      await expect.poll(async () => (await client.runs.get({ id: run.id as RunId })).run.status, { timeout: 30_000 }).toBe('done');
      close();
    } finally {
      await host.kill();
    }
    expect(readFileSync(path.join(notes, 'kept.md'), 'utf8')).toContain('hello there');
  });
});

describe('other commands', () => {
  test('every command has help and an unknown one is refused', async () => {
    for (const command of ['run', 'runs', 'chat', 'tools', 'memory', 'serve', 'doctor']) {
      const help = await orrery(command, '--help');
      expect(help.code, command).toBe(0);
      expect(help.stdout, command).toContain('Usage: orrery');
    }
    expect((await orrery('frobnicate')).code).toBe(2);
  });

  test('tools: list and call, with JSON and with a wrong call', async () => {
    const list = JSON.parse((await orrery('tools', 'list', '--json')).stdout) as { tools: { server: string; name: string }[] };
    expect(list.tools.map((tool) => `${tool.server}.${tool.name}`)).toEqual(
      expect.arrayContaining(['files.read_text', 'memory.recall', 'web.fetch_page', 'system.current_time']),
    );
    const time = await orrery('tools', 'call', 'system.current_time', '--json');
    expect(time.code).toBe(0);
    expect(JSON.parse(time.stdout)).toMatchObject({ isError: false });
    const wrong = await orrery('tools', 'call', 'files.no_such_tool');
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain('no_such_tool');
  });

  test('doctor names what is missing and what it does about it, as JSON too', async () => {
    const { findings } = JSON.parse((await orrery('doctor', '--json')).stdout) as {
      findings: { id: string; state: string; consequence?: string }[];
    };
    expect(findings.find((one) => one.id === 'database')?.state).toBe('ok');
    for (const finding of findings.filter((one) => one.state === 'missing')) expect(finding.consequence, finding.id).toBeTruthy();
  });

  test('doctor still tells of the machine where the data cannot be opened', async () => {
    const broken = temporaryFolder('cli-broken');
    try {
      writeFileSync(path.join(broken, 'orrery.db'), 'not a database, and long enough to be read as one. '.repeat(100));
      const result = await orrery('doctor', '--json', '--data', broken);
      expect(result.code).toBe(1);
      const { findings } = JSON.parse(result.stdout) as { findings: { id: string; state: string; detail: string; fix?: string }[] };
      expect(findings[0]).toMatchObject({ id: 'database', state: 'broken', detail: expect.stringContaining('damaged') });
      expect(findings[0]?.fix).toBeTruthy();
      expect(findings.map((one) => one.id)).toContain('shell');
    } finally {
      removeFolder(broken);
    }
  });

  test('chat without a model says what to do next', async () => {
    const result = await orrery('chat', 'hello');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('no model');
  });
});

describe('one data folder, one writer', () => {
  test('a second host says who holds it; commands attach to it; after kill -9 the folder is free at once', async () => {
    const host = await startHost({ dataFolder: data });
    try {
      const refused = await orrery('serve', '--port', '0');
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain(`process ${host.process.pid}`);
      const attached = await orrery('doctor', '--json');
      expect((JSON.parse(attached.stdout) as { info: { pid: number; host: string } }).info).toMatchObject({
        pid: host.process.pid,
        host: 'headless',
      });
    } finally {
      await host.kill('SIGKILL');
    }
    const after = await orrery('runs', 'list', '--json');
    expect(after.code).toBe(0);
  });
});
