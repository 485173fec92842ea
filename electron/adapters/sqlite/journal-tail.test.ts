// What many runs have in one commit is one row: read back in order wherever it lies, also after a restart, a removal, a refusal,
// and damage.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { checksumOf, runSpan } from './journal-packs.ts';
import { openStore } from './open.ts';
import { countEvents, newRun, stepDone, withFolder, withStore } from './test-support.ts';

const names = Array.from({ length: 16 }, (_, i) => `r${i}` as RunId);
type Opened = ReturnType<typeof openStore>;

const count = (opened: Opened, table: string): number => {
  const db = new Database(opened.info.file, { readonly: true });
  const { n } = db.prepare<[], { n: number }>(table === 'journal' ? countEvents : `select count(*) as n from ${table}`).get() as {
    n: number;
  };
  db.close();
  return n;
};
const change = (opened: Opened, sql: string): void => {
  const db = new Database(opened.info.file);
  db.exec(sql);
  db.close();
};

/** Each round is one commit with an event of every run. */
async function rounds({ store }: Opened, from: number, to: number, of = names): Promise<void> {
  for (let i = from; i < to; i += 1) await Promise.all(of.map((id) => store.runs.append(id, stepDone(`s${i}`)).durable));
}

async function begin(opened: Opened): Promise<void> {
  for (const id of names) opened.store.runs.create(newRun(id, { startedAt: 1 }));
  await opened.store.runs.flush();
}

const stepsOf = ({ store }: Opened, id: RunId): unknown[] =>
  store.runs.readEvents(id).map(({ seq, event }) => [seq, 'step' in event ? event.step : event.type]);
const expected = (steps: number): unknown[] => [[1, 'run-start'], ...Array.from({ length: steps }, (_, i) => [i + 2, `s${i}`])];
const r3 = 'r3' as RunId;

test('events are read in order while they wait, when some were moved, and after a restart', () =>
  withFolder(async (folder) => {
    let opened = openStore({ folder });
    await begin(opened);
    await rounds(opened, 0, 20);
    // The runs' first rows, and one for each round.
    expect([count(opened, 'journal'), count(opened, 'journal_tail')]).toEqual([0, 21]);
    expect(stepsOf(opened, r3)).toEqual(expected(20));
    expect(opened.store.runs.readEvents(r3, 15).map(({ seq }) => seq)).toEqual([16, 17, 18, 19, 20, 21]);
    // Alone it goes straight to its place, behind those that wait.
    for (let i = 20; i < 23; i += 1) await opened.store.runs.append(r3, stepDone(`s${i}`)).durable;
    expect(stepsOf(opened, r3)).toEqual(expected(23));
    expect(opened.store.runs.get(r3)?.stepsDone).toBe(23);
    await opened.close();
    opened = openStore({ folder });
    expect(stepsOf(opened, r3)).toEqual(expected(23));
    expect(opened.store.runs.list({ limit: 20 }).map((run) => run.stepsDone)).toEqual(names.map((id) => (id === r3 ? 23 : 20)).reverse());
    expect(opened.store.runs.append('r4' as RunId, stepDone('s20')).seq).toBe(22);
    await opened.store.runs.flush();
    const others = names.filter((id) => id !== r3);
    await rounds(
      opened,
      20,
      21,
      others.filter((id) => id !== 'r4'),
    );
    await rounds(opened, 21, 1400, others);
    expect(count(opened, 'journal')).toBeGreaterThan(15_000);
    expect(count(opened, 'journal_tail')).toBeLessThan(1400);
    expect(stepsOf(opened, r3)).toEqual(expected(23));
    for (const id of others) expect([stepsOf(opened, id), opened.store.runs.get(id)?.stepsDone]).toEqual([expected(1400), 1400]);
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
    expect(count(opened, 'journal_tail')).toBe(1);
    expect(opened.store.runs.get(r3)).toMatchObject({ status: 'done', stepsDone: 5 });
    expect((await opened.store.runs.compact({ olderThan: 100 })).runs).toBe(15);
    expect([count(opened, 'journal'), count(opened, 'journal_tail')]).toEqual([0, 0]);
  }));

test('a refused commit loses its events only, also when they would have been moved', () =>
  withStore(async (opened) => {
    await begin(opened);
    await rounds(opened, 0, 2);
    for (const [table, work] of [
      ['journal_tail', () => Promise.allSettled(names.map((id) => opened.store.runs.append(id, stepDone('lost')).durable))],
      ['journal', async () => [expect(() => opened.store.runs.remove('r0' as RunId)).toThrow('refused')]],
    ] as const) {
      change(opened, `create trigger refuse before insert on ${table} begin select raise(abort, 'refused'); end`);
      const lost = await work();
      if (table === 'journal_tail') expect(lost.every((each) => (each as { status: string }).status === 'rejected')).toBe(true);
      change(opened, 'drop trigger refuse');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rounds(opened, 2, 4);
    for (const id of names) expect([stepsOf(opened, id), opened.store.runs.get(id)?.stepsDone]).toEqual([expected(4), 4]);
  }));

test('a row that is damaged or gone is noticed by the runs that it may have been of, and by no others', () =>
  withFolder(async (folder) => {
    let opened = openStore({ folder });
    await begin(opened);
    await opened.store.runs.append(r3, { type: 'run-end', at: 2, status: 'done' }).durable;
    await rounds(
      opened,
      0,
      3,
      names.filter((id) => id !== r3),
    );
    await opened.close();
    change(opened, `update journal_tail set event = replace(event, '"s2"', '"s9"') where place = (select max(place) from journal_tail)`);
    const damaged = expect.objectContaining({ code: 'journal-damaged' });
    for (let round = 0; round < 3; round += 1) {
      opened = openStore({ folder });
      expect(() => opened.store.runs.readEvents('r2' as RunId)).toThrow(damaged);
      // Its end is there, so nothing of it can be missing.
      expect(opened.store.runs.readEvents(r3)).toHaveLength(2);
      const fresh = `new${round}` as RunId;
      opened.store.runs.create(newRun(fresh));
      await opened.store.runs.append(fresh, stepDone('s')).durable;
      expect(opened.store.runs.readEvents(fresh)).toHaveLength(2);
      // What is unharmed is moved; the damage stays known.
      if (round === 1) opened.store.runs.remove('r9' as RunId);
      await opened.close();
    }
    expect(count(opened, 'journal_tail')).toBe(1);
    opened = openStore({ folder });
    for (const id of ['new0', 'new1', 'new2']) expect(opened.store.runs.readEvents(id as RunId)).toHaveLength(2);
    await opened.close();
  }));

test('rows of single events, as they were kept before, are read and moved', () =>
  withFolder(async (folder) => {
    let opened = openStore({ folder });
    opened.store.runs.create(newRun('a'));
    await opened.close();
    const db = new Database(opened.info.file);
    for (const seq of [2, 3]) {
      const json = JSON.stringify(stepDone(`s${seq - 2}`));
      const row = [runSpan + seq, checksumOf('a' as RunId, seq, json), json] as const;
      db.prepare('insert into journal_tail (id, crc, event) values (?, ?, ?)').run(...row);
    }
    db.close();
    opened = openStore({ folder });
    const a = 'a' as RunId;
    expect(stepsOf(opened, a)).toEqual(expected(2));
    expect(opened.store.runs.append(a, stepDone('s2')).seq).toBe(4);
    await opened.store.runs.flush();
    expect(stepsOf(opened, a)).toEqual(expected(3));
    await begin(opened);
    await rounds(opened, 0, 2);
    opened.store.runs.remove('r1' as RunId);
    expect(count(opened, 'journal_tail')).toBe(0);
    expect(stepsOf(opened, a)).toEqual(expected(3));
    expect(stepsOf(opened, r3)).toEqual(expected(2));
    await opened.close();
  }));
