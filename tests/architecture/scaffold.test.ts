// `npm run new` in a copy of the tree: what it writes passes types, lint, its own tests and the checks on every node and server.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyTree, root } from '../helpers/tree-copy.ts';

let tree: ReturnType<typeof copyTree>;
beforeAll(() => {
  tree = copyTree();
});
afterAll(() => tree.remove());

const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
function run(command: string, ...args: string[]) {
  const result = spawnSync(command, args, { cwd: tree.folder, encoding: 'utf8', env, timeout: 240_000 });
  return { code: result.status, output: `${result.stdout}${result.stderr}` };
}
const make = (...args: string[]) => run(process.execPath, 'scripts/new.ts', ...args);
const tool = (name: string, ...args: string[]) => run(path.join(root, 'node_modules/.bin', name), ...args);
const read = (file: string) => readFileSync(path.join(tree.folder, file), 'utf8');

const node = 'electron/runtime/nodes/shout-text';
const server = 'electron/tool-servers/egg-timer';
const page = 'renderer/features/settings/pages/small-print';
const made = [
  `${node}.node.ts`,
  `${node}.node.test.ts`,
  `${server}.server.ts`,
  `${server}.server.test.ts`,
  `${page}.page.tsx`,
  `${page}.page.test.tsx`,
];

const onlyThese = {
  extends: './tsconfig.json',
  compilerOptions: {
    ...{ composite: false, incremental: false, tsBuildInfoFile: null },
    ...{ noEmit: true, declaration: false, emitDeclarationOnly: false },
  },
  include: [],
  references: [],
};
const typed: Record<string, string[]> = {
  'electron/runtime': [
    'nodes/shout-text.node.ts',
    'nodes/nodes.generated.ts',
    '../tool-servers/egg-timer.server.ts',
    '../tool-servers/tool-servers.generated.ts',
  ],
  renderer: ['features/settings/pages/small-print.page.tsx', 'features/settings/pages.generated.ts', 'strings/en/settings.ts'],
  tests: made.filter((file) => file.includes('.test.')).map((file) => `../${file}`),
};
const isNew = /shout-text|egg-timer|small-print|settings\.ts|generated/;

describe('a new node, server and page', { timeout: 300_000 }, () => {
  test('are written with their tests, and their lists are made anew', () => {
    for (const [what, ...args] of [
      ['node', 'shout-text', 'data.shout-text'],
      ['server', 'egg-timer'],
      ['page', 'small-print'],
    ] as const) {
      const { code, output } = make(what, ...args);
      expect(output).toContain('How it works: docs/how-to/');
      expect(code).toBe(0);
    }
    expect(made.filter((file) => !existsSync(path.join(tree.folder, file)))).toEqual([]);
    expect(read('electron/runtime/nodes/nodes.generated.ts')).toContain('shoutTextNode');
    expect(read('electron/tool-servers/tool-servers.generated.ts')).toContain('eggTimerServer');
    expect(read('renderer/features/settings/pages.generated.ts')).toContain('smallPrintPage');
    expect(run(process.execPath, 'scripts/gen.ts', '--check').code).toBe(0);
  });

  test('pass types, lint and format', () => {
    // By the rules of each part (no Node in the runtime, no Node in the page), but only these files, their lists and what those import:
    // all of the tree is the business of `npm run check`.
    for (const [part, files] of Object.entries(typed)) {
      writeFileSync(path.join(tree.folder, part, 'tsconfig.new.json'), JSON.stringify({ ...onlyThese, files }));
      const { output } = tool('tsc', '-p', `${part}/tsconfig.new.json`, '--listFiles', '--checkers', '1');
      for (const file of files) expect(output).toContain(`/${path.basename(file)}\n`);
      expect(output.split('\n').filter((line) => line.includes('error TS') && isNew.test(line))).toEqual([]);
    }
    const lint = tool('biome', 'ci', '--error-on-warnings', ...made);
    expect(lint.output).toMatch(/Checked 6 files/);
    expect(lint.code, lint.output).toBe(0);
  });

  test('pass their own tests and those on every node and server', () => {
    const every = ['contract/nodes', 'contract/servers', 'contract/words', 'architecture/decisions'].map((name) => `tests/${name}.test.ts`);
    const names = ['shout-text.node', 'egg-timer.server', 'small-print.page', ...every];
    const result = tool('vitest', 'run', '--project', 'unit', ...names);
    expect(result.output).toMatch(/Test Files .*7 passed/);
    expect(result.code, result.output).toBe(0);
  });

  test('are not written twice', () => {
    const before = made.map(read);
    for (const args of [
      ['node', 'shout-text'],
      ['server', 'egg-timer'],
      ['page', 'small-print'],
    ])
      expect(make(...args)).toMatchObject({ code: 2, output: expect.stringContaining('already') });
    expect(made.map(read)).toEqual(before);
  });
});

describe('what it refuses', () => {
  test.each([
    [['node', 'Bad_Name'], 'lower-case'],
    [['node', 'fine', 'nodot'], 'group.thing'],
    [['server', '../outside'], 'lower-case'],
    [['method', 'nowhere', 'countItems'], 'no area'],
    [['method', 'memory', 'Count'], 'verbNoun'],
    [['method', 'memory', 'search'], 'already'],
    [[], 'npm run new node'],
  ])('%j', (args, says) => {
    expect(make(...args)).toMatchObject({ code: 2, output: expect.stringContaining(says) });
  });
});

test('a new call is described with its two places, and nothing is changed', () => {
  const files = ['shared/contract/memory.contract.ts', 'electron/runtime/api/memory.api.ts'];
  const before = files.map(read);
  const { code, output } = make('method', 'memory', 'countItems');
  expect(code).toBe(0);
  for (const file of files) expect(output).toContain(file);
  expect(output).toContain('countItems: api.memory.countItems.handler(');
  expect(files.map(read)).toEqual(before);
});
