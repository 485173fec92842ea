import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createFiles } from '../../adapters/files/files.ts';
import { writeFileNode } from './write-file.node.ts';

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-write-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('writes the rendered text, and says whether it replaced something', async () => {
  const folder = makeFolder();
  const path = join(folder, 'new', 'report.md');
  const node = openNode(writeFileNode, { files: createFiles() });
  const first = await node.run({ path, text: '# {{ input }}' }, { given: ['Größe'], folders: [folder] });
  expect(first.outputs).toEqual({ out: { path, bytes: 9, replaced: false } });
  const second = await node.run({ path, text: 'x' }, { folders: [folder] });
  expect(second.outputs?.out).toMatchObject({ replaced: true });
  expect(readFileSync(path, 'utf8')).toBe('x');
  expect(readdirSync(join(folder, 'new'))).toEqual(['report.md']);
});

test('nothing is written outside the granted folders', async () => {
  const folder = makeFolder();
  const other = makeFolder();
  const node = openNode(writeFileNode, { files: createFiles() });
  const end = await node.run({ path: join(folder, '..', 'x', join(other, 'out.md')), text: 'x' }, { folders: [folder] });
  expect(end.status).toBe('failed');
  expect(await node.run({ path: join(other, 'out.md'), text: 'x' }, { folders: [folder] })).toMatchObject({ status: 'failed' });
  expect(readdirSync(other)).toEqual([]);
});
