// Who may import whom (docs/architecture.md): every rule is shown a breach of it in a copy of the tree and must report it by its
// name; the tree as it is breaks none. And what was built for plain Node imports nothing of Electron.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error the tool's own configuration has no types
import cruiserConfig from '../../.dependency-cruiser.mjs';
import { copyTree, root } from '../helpers/tree-copy.ts';

const folders = ['shared', 'electron', 'renderer', 'scripts', 'benchmarks'];
const fewestModules = 500;

interface Cruise {
  summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
}

function cruise(folder: string): Cruise {
  const bin = path.join(root, 'node_modules/.bin/depcruise');
  const result = spawnSync(bin, ['--config', '.dependency-cruiser.mjs', '--preserve-symlinks', '--output-type', 'json', ...folders], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!result.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${result.stderr || result.stdout}`);
  return JSON.parse(result.stdout) as Cruise;
}

/** One breach of each rule: the file that breaks it and what it holds. */
const breaches: Record<string, { file: string; text: string }[]> = {
  'no-cycles': [
    { file: 'shared/model/breach-a.ts', text: "import type { B } from './breach-b.ts';\nexport type A = B;\n" },
    { file: 'shared/model/breach-b.ts', text: "import type { A } from './breach-a.ts';\nexport type B = A;\n" },
  ],
  'shared-is-alone': [
    {
      file: 'shared/model/breach-alone.ts',
      text: "import type { Ports } from '../../electron/runtime/ports.ts';\nexport type P = Ports;\n",
    },
  ],
  'shared-model-without-rpc': [
    { file: 'shared/model/breach-rpc.ts', text: "import { oc } from '@orpc/contract';\nexport const x = oc;\n" },
  ],
  'renderer-stays-in-the-page': [
    {
      file: 'renderer/shell/breach-page.ts',
      text: "import { checkUrl } from '../../electron/adapters/net/policy.ts';\nexport const x = checkUrl;\n",
    },
  ],
  'renderer-without-node': [
    { file: 'renderer/shell/breach-node.ts', text: "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n" },
  ],
  'ui-knows-nothing': [
    { file: 'renderer/ui/breach-ui.ts', text: "import * as chat from '../features/chat/index.ts';\nexport const x = chat;\n" },
  ],
  'features-meet-at-doors': [
    {
      file: 'renderer/features/chat/breach-door.ts',
      text: "import { settingsPages } from '../settings/sorted-pages.ts';\nexport const x = settingsPages;\n",
    },
  ],
  'doors-are-for-outside': [
    { file: 'renderer/features/chat/breach-inside.ts', text: "import * as chat from './index.ts';\nexport const x = chat;\n" },
  ],
  'runtime-without-node': [
    { file: 'electron/runtime/breach-node.ts', text: "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n" },
  ],
  'runtime-without-adapters': [
    {
      file: 'electron/runtime/breach-adapter.ts',
      text: "import { createFiles } from '../adapters/files/files.ts';\nexport const x = createFiles;\n",
    },
  ],
  'adapters-know-ports-only': [
    { file: 'electron/adapters/breach-host.ts', text: "import { findPlaces } from '../host/places.ts';\nexport const x = findPlaces;\n" },
  ],
  'tool-servers-get-ports': [
    {
      file: 'electron/tool-servers/breach-power.ts',
      text: "import { createNet } from '../adapters/net/net.ts';\nexport const x = createNet;\n",
    },
  ],
  'nodes-are-alone': [
    {
      file: 'electron/runtime/nodes/breach.node.ts',
      text: "import { noteNode } from './note.node.ts';\nexport const breachNode = noteNode;\n",
    },
  ],
  'electron-only-in-main': [{ file: 'electron/host/breach-electron.ts', text: "import { app } from 'electron';\nexport const x = app;\n" }],
  'electron-not-reachable': [
    { file: 'electron/wires/breach-reach.ts', text: "export * from './breach-step.ts';\n" },
    { file: 'electron/wires/breach-step.ts', text: "import { openLink } from '../main/lock-down.ts';\nexport const x = openLink;\n" },
  ],
  'preload-is-tiny': [
    { file: 'electron/preload/breach.ts', text: "import { findPlaces } from '../host/places.ts';\nexport const x = findPlaces;\n" },
  ],
  'sqlite-in-one-folder': [
    { file: 'electron/adapters/breach-sql.ts', text: "import Database from 'better-sqlite3';\nexport const x = Database;\n" },
  ],
  'keytar-in-one-file': [
    { file: 'electron/adapters/vault/breach-keytar.ts', text: "import keytar from 'keytar';\nexport const x = keytar;\n" },
  ],
  'n8n-libraries-in-their-thread': [
    { file: 'electron/runtime/breach-markdown.ts', text: "import showdown from 'showdown';\nexport const x = showdown;\n" },
  ],
  'n8n-libraries-off-the-main-thread': [
    {
      file: 'electron/adapters/scripts/breach-libraries.ts',
      text: "import { n8nLibraries } from './n8n-libraries.ts';\nexport const x = n8nLibraries;\n",
    },
  ],
  'one-http-client': [
    { file: 'electron/adapters/breach-http.ts', text: "import { request } from 'node:https';\nexport const x = request;\n" },
  ],
  'no-test-in-product': [
    { file: 'electron/host/breach-test.ts', text: "import { graph } from '../../tests/helpers/engine-lab.ts';\nexport const x = graph;\n" },
  ],
};

const rules = (cruiserConfig as { forbidden: { name: string; comment: string }[] }).forbidden;

test('every rule has a breach here, and says what to do instead', () => {
  expect(Object.keys(breaches).sort()).toEqual(rules.map((rule) => rule.name).sort());
  for (const rule of rules) expect(rule.comment.length).toBeGreaterThan(20);
});

describe('a breach', () => {
  let found: Cruise['summary']['violations'] = [];
  let cruised = 0;
  let tree: ReturnType<typeof copyTree>;
  beforeAll(() => {
    tree = copyTree();
    for (const { file, text } of Object.values(breaches).flat()) {
      mkdirSync(path.dirname(path.join(tree.folder, file)), { recursive: true });
      writeFileSync(path.join(tree.folder, file), text);
    }
    const { summary } = cruise(tree.folder);
    found = summary.violations;
    cruised = summary.totalCruised;
  }, 180_000);
  afterAll(() => tree.remove());

  test.each(Object.keys(breaches))('of %s is reported by that name', (name) => {
    const planted = breaches[name]?.map((breach) => breach.file) ?? [];
    expect(found.filter((each) => each.rule.name === name && planted.includes(each.from)).length).toBeGreaterThan(0);
  });

  test('is all that is reported: the tree breaks no rule', () => {
    const planted = new Set(Object.values(breaches).flatMap((each) => each.map((breach) => breach.file)));
    expect(found.filter((each) => !planted.has(each.from)).map((each) => `${each.rule.name}: ${each.from} → ${each.to}`)).toEqual([]);
    // A cruise that found no files would pass too.
    expect(cruised).toBeGreaterThan(fewestModules);
  });
});

const built = path.join(root, 'out/node');
test.skipIf(!existsSync(path.join(built, 'cli.js')))('what was built for plain Node (out/node) imports nothing of Electron', () => {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?js$/.test(file));
  expect(files.length).toBeGreaterThan(1);
  const imports = /(?:from|import|require\()\s*\(?["']electron(?:\/[^"']*)?["']/;
  expect(imports.test('import { app } from "electron";')).toBe(true);
  expect(files.filter((file) => imports.test(readFileSync(path.join(built, file), 'utf8')))).toEqual([]);
});
