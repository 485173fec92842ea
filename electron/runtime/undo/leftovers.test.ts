// What a write that was cut short left beside its file goes at the next start; whatever else is there stays.

import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { undoLab } from '../../../tests/helpers/undo-lab.ts';

test('leftovers of the write that was under way go, before an undo needs the folder empty', async () => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'orrery-left-data-'));
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'orrery-left-')));
  onTestFinished(() => {
    for (const each of [dataFolder, folder]) rmSync(each, { recursive: true, force: true });
  });
  const first = undoLab({ dataFolder, keepFolder: true });
  const changes = first.undo.recorder({ actor: { kind: 'agent', name: 'A' }, run: 'r' as RunId, step: 's' });
  await first.files.writeText(path.join(folder, 'made', 'kept.txt'), 'new', [folder], { changes });
  // Its row is on disk, and its content only beside its place: here the process ends.
  const target = path.join(folder, 'made', 'cut.txt');
  await changes.before({ kind: 'file', target, title: 'cut.txt', root: folder, before: null, intended: 'cut' });
  const put = (name: string, at?: Date): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), 'c');
    if (at !== undefined) utimesSync(path.join(folder, name), at, at);
  };
  put('made/.orrery-0123456789ab.tmp');
  put('made/.orrery-mine.tmp');
  put('made/.orrery-ffffffffffff.tmp', new Date(Date.now() - 60_000));
  put('made/.orrery-eeeeeeeeeeee.tmp', new Date(Date.now() + 60_000));
  put('other/.orrery-0123456789ab.tmp');
  await first.close();

  const lab = undoLab({ dataFolder, keepFolder: true });
  onTestFinished(() => lab.close());
  await lab.undo.start();
  expect(readdirSync(path.join(folder, 'made')).sort()).toEqual([
    '.orrery-eeeeeeeeeeee.tmp',
    '.orrery-ffffffffffff.tmp',
    '.orrery-mine.tmp',
    'kept.txt',
  ]);
  expect(readdirSync(path.join(folder, 'other'))).toHaveLength(1);
  expect(lab.undo.list({ limit: 10 }).map(({ title }) => title)).toEqual(['kept.txt', 'made']);
});
