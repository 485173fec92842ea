// Rows of many runs that share a commit: read back in order wherever they lie, also after a restart, a removal and a refusal.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { openStore } from './open.ts';
import { newRun, stepDone, withFolder, withStore } from './test-support.ts';

const names = Array.from({ length: 16 }, (_, i) => `r${i}` as RunId);
type Opened = ReturnType<typeof openStore>;

const count = (opened: Opened, table: string): number => {
  const db = new Database(opened.info.file, { readonly: true });
  const { n } = db.prepare<[], { n: number }>(`select count(*) as n from ${table}`).get() as { n: number };
  db.close();
  return n;
};

/** Each round is one commit with a row of every run. */
async function rounds({ store }: Opened, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i += 1) await Promise.all(names.map((id) => store.runs.append(id, stepDone(`s${i}`)).durable));
}

async function begin(opened: Opened): Promise<void> {
  for (const id of names) opened.store.runs.create(newRun(id, { startedAt: 1 }));
  await opened.store.runs.flush();
}

const stepsOf = ({ store }: Opened, id: RunId): unknown[] =>
  store.runs.readEvents(id).map(({ seq, event }) => [seq, 'step' in event ? event.step : event.type]);
const expected = (steps: number): unknown[] => [[1, 'run-start'], ...Array.from({ length: steps }, (_, i) => [i + 2, `s${i}`])];

test('rows are read in order while they wait, when some were moved, and after a restart', () =>
  withFolder(async (folder) => {
    let opened = openStore({ folder });
    await begin(opened);
    await rounds(opened, 0, 20);
    expect(count(opened, 'journal_tail')).toBeGreaterThan(300);
    expect(stepsOf(opened, 'r3' as RunId)).toEqual(expected(20));
    expect(opened.store.runs.readEvents('r3' as RunId, 15).map(({ seq }) => seq)).toEqual([16, 17, 18, 19, 20, 21]);
    // Alone it goes straight to its place, behind those that wait.
    for (let i = 20; i < 23; i += 1) await opened.store.runs.append('r3' as RunId, stepDone(`s${i}`)).durable;
    expect(stepsOf(opened, 'r3' as RunId)).toEqual(expected(23));
    await opened.close();
    opened = openStore({ folder });
    expect(stepsOf(opened, 'r3' as RunId)).toEqual(expected(23));
    expect(opened.store.runs.append('r4' as RunId, stepDone('s20')).seq).toBe(22);
    await opened.store.runs.flush();
    await Promise.all(names.filter((id) => id !== 'r3' && id !== 'r4').map((id) => opened.store.runs.append(id, stepDone('s20')).durable));
    for (let i = 21; i < 160; i += 1)
      await Promise.all(names.filter((id) => id !== 'r3').map((id) => opened.store.runs.append(id, stepDone(`s${i}`)).durable));
    expect(count(opened, 'journal')).toBeGreaterThan(1900);
    expect(count(opened, 'journal') + count(opened, 'journal_tail')).toBe(16 + 23 + 15 * 160);
    expect(stepsOf(opened, 'r3' as RunId)).toEqual(expected(23));
    for (const id of names) if (id !== 'r3') expect(stepsOf(opened, id)).toEqual(expected(160));
    expect(opened.check()).toEqual([]);
    await opened.close();
  }));

test('removed runs leave nothing behind, and old ones neither', () =>
  withStore(async (opened) => {
    await begin(opened);
    await rounds(opened, 0, 5);
    opened.store.runs.remove('r1' as RunId);
    expect([count(opened, 'journal'), count(opened, 'journal_tail')]).toEqual([15 * 6, 0]);
    const rest = names.filter((id) => id !== 'r1');
    await Promise.all(rest.map((id) => opened.store.runs.append(id, { type: 'run-end', at: 2, status: 'done' }).durable));
    expect(count(opened, 'journal_tail')).toBe(15);
    expect((await opened.store.runs.compact({ olderThan: 100 })).runs).toBe(15);
    expect([count(opened, 'journal'), count(opened, 'journal_tail')]).toEqual([0, 0]);
  }));

test('a refused commit loses its rows only, and damage is noticed', () =>
  withStore(async (opened) => {
    await begin(opened);
    await rounds(opened, 0, 2);
    const other = new Database(opened.info.file);
    other.exec("create trigger refuse before insert on journal_tail begin select raise(abort, 'refused'); end");
    const lost = await Promise.allSettled(names.map((id) => opened.store.runs.append(id, stepDone('lost')).durable));
    expect(lost.every(({ status }) => status === 'rejected')).toBe(true);
    other.exec('drop trigger refuse');
    await new Promise((resolve) => setImmediate(resolve));
    await rounds(opened, 2, 4);
    for (const id of names) expect(stepsOf(opened, id)).toEqual(expected(4));
    other.exec('delete from journal_tail where id % 2097152 = 4 and id / 2097152 = 3');
    other.close();
    expect(() => opened.store.runs.readEvents('r2' as RunId)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
    expect(stepsOf(opened, 'r4' as RunId)).toEqual(expected(4));
  }));
