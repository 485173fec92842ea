import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keptNodes, nodesFolder, notedVersion, noteName } from './kept-nodes.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'orrery-kept-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const note = (version: string) => ({ version, npm: '11.0.0', integrity: { node: 'sha512-a', npm: 'sha512-b' }, bytes: 7, at: 1 });
function plant(name: string, text?: string): string {
  const folder = join(nodesFolder(data), name);
  mkdirSync(folder, { recursive: true });
  if (text !== undefined) writeFileSync(join(folder, noteName), text);
  return folder;
}

it('lists none where none was ever fetched', () => {
  expect(keptNodes(data)).toEqual([]);
});

it('lists whole ones, the newest version first, and where their programs are', () => {
  for (const version of ['22.9.0', '22.10.0', '24.0.1']) plant(version, JSON.stringify(note(version)));
  expect(keptNodes(data).map((each) => each.version)).toEqual(['24.0.1', '22.10.0', '22.9.0']);
  const folder = join(nodesFolder(data), '24.0.1');
  expect(keptNodes(data)[0]).toEqual({ ...note('24.0.1'), folder, bin: join(folder, 'bin') });
});

it('counts no folder without its note, with a broken one, or of another name', () => {
  plant('20.0.0');
  plant('20.0.1', '{"version":"20.0.1"');
  plant('20.0.2', JSON.stringify({ version: '20.0.2' }));
  plant('.part-1', JSON.stringify(note('20.0.3')));
  // The person's own beside them.
  plant('bin', JSON.stringify(note('20.0.4')));
  writeFileSync(join(nodesFolder(data), '20.0.5'), 'a file');
  expect(keptNodes(data)).toEqual([]);
});

it('tells the version of a folder that was fetched, and of no other', () => {
  expect(notedVersion(plant('24.0.1', JSON.stringify(note('24.0.1'))))).toBe('24.0.1');
  expect(() => notedVersion(plant('24.0.2'))).toThrow();
  expect(() => notedVersion(plant('24.0.3', '{}'))).toThrow();
});
