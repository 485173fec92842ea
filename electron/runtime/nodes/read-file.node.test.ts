import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createFiles } from '../../adapters/files/files.ts';
import { readFileNode } from './read-file.node.ts';

function makeFile(text: string) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-read-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'note.md');
  writeFileSync(path, text);
  return { folder, path };
}

test('reads text from a granted folder, with its path', async () => {
  const { folder, path } = makeFile('# Note\n');
  const node = openNode(readFileNode, { files: createFiles() });
  const end = await node.run({ path: '{{ input.path }}' }, { given: [{ path }], folders: [folder] });
  expect(end.outputs).toEqual({ out: { path, text: '# Note\n' } });
});

test('refuses a file that is too large, missing or outside, each in words', async () => {
  const { folder, path } = makeFile('x'.repeat(5000));
  const node = openNode(readFileNode, { files: createFiles() });
  const codes = [
    (await node.run({ path, maxKilobytes: 1 }, { folders: [folder] })).error?.code,
    (await node.run({ path: join(folder, 'absent.md') }, { folders: [folder] })).error?.code,
    (await node.run({ path }, { folders: [] })).error?.code,
  ];
  expect(codes[1]).toBe('file-not-found');
  expect(new Set(codes).size).toBe(3);
  expect(codes).not.toContain(undefined);
});
