import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createFiles } from '../../adapters/files/files.ts';
import { listFolderNode } from './list-folder.node.ts';

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-list-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'a.md'), 'alpha');
  writeFileSync(join(folder, 'inner', 'b.md'), 'b');
  return folder;
}

test('lists a granted folder, and what is inside it when asked', async () => {
  const folder = makeFolder();
  const node = openNode(listFolderNode, { files: createFiles() });
  const flat = await node.run({ path: '{{ input }}' }, { given: [folder], folders: [folder] });
  expect(flat.outputs?.out).toHaveLength(2);
  expect(flat.outputs?.out).toContainEqual(expect.objectContaining({ name: 'a.md', path: join(folder, 'a.md'), kind: 'file', size: 5 }));
  const deep = await node.run({ path: folder, recursive: true }, { folders: [folder] });
  const names = ((deep.outputs?.out ?? []) as unknown as { name: string }[]).map((entry) => entry.name);
  expect(names.sort()).toEqual(['a.md', 'b.md', 'inner']);
});

test('a folder that was not granted is refused', async () => {
  const folder = makeFolder();
  const node = openNode(listFolderNode, { files: createFiles() });
  const end = await node.run({ path: folder });
  expect(end.status).toBe('failed');
  expect(end.outputs).toBeUndefined();
  expect(end.error?.hint).toBeTruthy();
});
