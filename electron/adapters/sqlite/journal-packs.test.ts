// What one run has in a commit is one row: its events are read back one by one, from any place on, and damage names the first that
// cannot be read.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { OpenedStore } from './open.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

const r = 'r' as RunId;
const change = ({ info }: OpenedStore, sql: string): void => {
  const db = new Database(info.file);
  expect(db.prepare(sql).run().changes).toBe(1);
  db.close();
};
const rowsOf = ({ info }: OpenedStore): number[] => {
  const db = new Database(info.file, { readonly: true });
  const ids = db.prepare<[], { seq: number }>('select id % 2097152 as seq from journal order by id').all();
  db.close();
  return ids.map(({ seq }) => seq);
};

/** Rows: 1 to 5, 6, 7 to 9. */
async function fill({ store }: OpenedStore): Promise<void> {
  store.runs.create(newRun('r'));
  for (let i = 2; i <= 5; i += 1) void store.runs.append(r, stepDone(`s${i}`));
  await store.runs.flush();
  await store.runs.append(r, stepDone('s6')).durable;
  for (let i = 7; i <= 9; i += 1) void store.runs.append(r, stepDone(`s${i}`, i === 8 ? '[],"' : 'x'));
  await store.runs.flush();
}

test('events are read from any place on', () =>
  withStore(async (opened) => {
    await fill(opened);
    expect(rowsOf(opened)).toEqual([5, 6, 9]);
    const all = opened.store.runs.readEvents(r);
    expect(all.map(({ seq, event }) => [seq, 'step' in event ? event.step : event.type])).toEqual([
      [1, 'run-start'],
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((seq) => [seq, `s${seq}`]),
    ]);
    for (let after = 0; after <= 9; after += 1) expect(opened.store.runs.readEvents(r, after)).toEqual(all.slice(after));
    expect(opened.store.runs.get(r)?.stepsDone).toBe(8);
    expect(opened.store.runs.append(r, stepDone('s10')).seq).toBe(10);
  }));

test.each([
  ['one of a row is changed', `update journal set event = replace(event, '"s8"', '"s9"') where id % 2097152 = 9`, 'row 7'],
  ['a row is gone', 'delete from journal where id % 2097152 = 6', 'row 6'],
  ['the first row is gone', 'delete from journal where id % 2097152 = 5', 'row 1'],
  ['a row says less than it did', `update journal set event = json_remove(event, '$[0]') where id % 2097152 = 9`, 'row 7'],
])('damage is noticed: %s', (_what, sql, place) =>
  withStore(async (opened) => {
    await fill(opened);
    change(opened, sql);
    expect(() => opened.store.runs.readEvents(r)).toThrow(
      expect.objectContaining({ code: 'journal-damaged', message: expect.stringContaining(`damaged at ${place}`) }),
    );
  }),
);

test('much in one commit is several rows', () =>
  withStore(async (opened) => {
    opened.store.runs.create(newRun('r'));
    for (let i = 0; i < 60; i += 1) void opened.store.runs.append(r, stepDone(`s${i}`, 'x'.repeat(1000)));
    await opened.store.runs.flush();
    const rows = rowsOf(opened);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThan(10);
    expect(opened.store.runs.readEvents(r, 30).map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, i) => 31 + i));
  }));
