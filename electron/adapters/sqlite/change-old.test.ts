// Old changes go as whole sets, with the images that nothing else names; what is under way or newer stays.

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChangeId, ChangeSetId } from '../../../shared/model/change.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import type { StoredChange } from '../../runtime/undo/undo-ports.ts';

let lab: UndoLab;
beforeEach(() => {
  lab = undoLab();
});
afterEach(() => lab.close());

let count = 0;
function put(set: string, at: number, more: Partial<StoredChange> = {}): string {
  count += 1;
  const { changes } = lab.store;
  const before = changes.keepText(`what was there ${count}`);
  changes.insert({
    ...{ id: `ch-${count}` as ChangeId, at, kind: 'setting', target: 'theme', title: 'Theme', op: 'write', state: 'done' },
    ...{ before, after: null, bytes: 5, actor: { kind: 'agent', name: 'A' }, set: set as ChangeSetId },
    ...more,
  });
  return before;
}
/** As if it had been kept a day ago. */
function age(): void {
  const db = new Database(lab.opened.info.file);
  db.exec('update change_images set at = at - 86400000');
  db.close();
}

it('removes sets of which all is old, and their images', async () => {
  const gone = put('old', 100);
  const half = put('half', 100);
  put('half', 2000);
  const going = put('going', 100, { state: 'begun' });
  const shared = put('old', 150, { before: lab.store.changes.keepText('same') });
  put('new', 3000, { before: lab.store.changes.keepText('same') });
  age();
  expect(await lab.store.changes.compact({ olderThan: 1000 })).toMatchObject({ changes: 2 });
  const { changes } = lab.store;
  expect(changes.sets({ limit: 10 }).map(({ id }) => id)).toEqual(['new', 'going', 'half']);
  expect(changes.imageBytes(gone)).toBeUndefined();
  for (const kept of [half, going]) expect(changes.imageBytes(kept)).toBeGreaterThan(0);
  expect(changes.imageBytes(lab.store.changes.keepText('same'))).toBe(4);
  expect(shared).not.toBe('');
  expect(await changes.compact({ olderThan: 1000 })).toEqual({ changes: 0, bytes: 0 });
});

it('goes through very many in small steps, beyond those that stay', async () => {
  const { changes } = lab.store;
  for (let i = 0; i < 3; i += 1) put(`mixed${i}`, 10);
  const rows = (from: number, at: number): StoredChange[] =>
    Array.from({ length: 900 }, (_, i) => ({
      ...{ id: `m-${from + i}` as ChangeId, at, kind: 'file', target: `/x/${i}`, title: 'x', op: 'write', state: 'done' },
      ...{ before: null, after: null, bytes: 0, actor: { kind: 'agent', name: 'A' }, set: `s-${from + i}` as ChangeSetId },
    }));
  changes.insertMany(rows(0, 100));
  changes.insertMany(rows(900, 5000));
  for (let i = 0; i < 3; i += 1) put(`mixed${i}`, 6000);
  expect(await changes.compact({ olderThan: 1000 })).toMatchObject({ changes: 900 });
  expect(changes.list({ limit: 5000 })).toHaveLength(906);
});

it('leaves alone what an undo that is under way still has to put back', async () => {
  const { changes } = lab.store;
  const taken = put('old', 100);
  const done = put('old', 101);
  const other = put('other', 102);
  const [first, second] = changes.ofSet('old' as ChangeSetId).map(({ id }) => id) as [ChangeId, ChangeId];
  changes.putUndo({ id: 'u-1' as ChangeSetId, at: 1, body: { changes: [second, first], choices: {} } });
  changes.setUndone(second, 5);
  age();
  // Making room, as the undo itself does for what it replaces, and by age.
  expect(changes.thin(0, 'It made room.')).toBe(2);
  expect([taken, done, other].map((hash) => changes.imageBytes(hash) === undefined)).toEqual([false, true, true]);
  expect(changes.get(first)?.cannotUndo).toBeUndefined();
  expect(await changes.compact({ olderThan: 1000 })).toMatchObject({ changes: 1 });
  expect(changes.getMany([second, first])).toHaveLength(2);
  changes.dropUndo('u-1' as ChangeSetId);
  expect(changes.thin(0, 'It made room.')).toBe(1);
  expect(await changes.compact({ olderThan: 1000 })).toMatchObject({ changes: 2 });
});
