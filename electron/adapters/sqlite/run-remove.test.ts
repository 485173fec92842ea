import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunOrigin } from '../../../shared/model/run.ts';
import { type OpenedStore, openStore } from './open.ts';
import { countEvents, newRun, stepDone, withFolder, withStore } from './test-support.ts';

const end = (at: number): RunEvent => ({ type: 'run-end', at, status: 'done' });

async function run(
  { store }: OpenedStore,
  id: string,
  at: number,
  more: { origin?: RunOrigin; workflow?: string; isOpen?: boolean } = {},
): Promise<void> {
  store.runs.create(
    newRun(id, {
      startedAt: at,
      ...(more.origin === undefined ? {} : { origin: more.origin }),
      ...(more.workflow === undefined ? {} : { workflow: more.workflow as WorkflowId }),
    }),
  );
  if (more.isOpen !== true) await store.runs.append(id as RunId, end(at)).durable;
}
const ids = ({ store }: OpenedStore): string[] =>
  store.runs
    .list({ limit: 1000 })
    .map((each) => each.id)
    .sort();
const count = (file: string, table: string): number => {
  const db = new Database(file, { readonly: true });
  try {
    return (db.prepare(table === 'journal' ? countEvents : `select count(*) as n from ${table}`).get() as { n: number }).n;
  } finally {
    db.close();
  }
};

test('ended runs go by age and by number of their workflow; what is not over stays', () =>
  withStore(async (opened) => {
    await run(opened, 'old', 1);
    await run(opened, 'old-open', 1, { isOpen: true });
    await run(opened, 'young', 500);
    for (let i = 0; i < 60; i += 1) await run(opened, `a${i}`, 600 + i, { workflow: 'a' });
    for (let i = 0; i < 3; i += 1) await run(opened, `b${i}`, 600 + i, { workflow: 'b' });
    await run(opened, 'a-open', 600, { workflow: 'a', isOpen: true });
    expect(await opened.store.runs.compact({})).toMatchObject({ runs: 0 });
    expect(await opened.store.runs.compact({ olderThan: 100, perWorkflow: 2 })).toMatchObject({ runs: 1 + 58 + 1 });
    expect(ids(opened)).toEqual(['a-open', 'a58', 'a59', 'b1', 'b2', 'old-open', 'young']);
    expect(count(opened.info.file, 'journal')).toBe(2 * 7 - 2);
    expect(count(opened.info.file, 'run_details')).toBe(7);
    expect(count(opened.info.file, 'run_titles')).toBe(7);
    expect(count(opened.info.file, 'removed_runs')).toBe(0);
    expect(opened.check()).toEqual([]);
  }));

test('what an unfinished run still reads stays until that is over', () =>
  withStore(async (opened) => {
    const by = 'cli' as const;
    await run(opened, 'forked', 1);
    await run(opened, 'replayed', 1);
    await run(opened, 'child-of-replayed', 2, { origin: { kind: 'sub-workflow', run: 'replayed' as RunId, step: 's' } });
    await run(opened, 'parent', 1, { isOpen: true });
    await run(opened, 'child', 2, { origin: { kind: 'sub-workflow', run: 'parent' as RunId, step: 's' } });
    await run(opened, 'fork', 3, { origin: { kind: 'fork', run: 'forked' as RunId, by }, isOpen: true });
    await run(opened, 'replay', 3, { origin: { kind: 'replay', run: 'replayed' as RunId, by }, isOpen: true });
    const all = ids(opened);
    expect(await opened.store.runs.compact({ olderThan: 100, perWorkflow: 0 })).toMatchObject({ runs: 0 });
    expect(ids(opened)).toEqual(all);
    for (const id of ['parent', 'fork', 'replay']) await opened.store.runs.append(id as RunId, end(4)).durable;
    expect(await opened.store.runs.compact({ olderThan: 100 })).toMatchObject({ runs: 7 });
    expect(ids(opened)).toEqual([]);
  }));

test('a long run goes in small steps, the first at once from every list', () =>
  withStore(async (opened) => {
    const { runs } = opened.store;
    runs.create(newRun('long'));
    // Each a row of its own.
    for (let i = 0; i < 300; i += 1) await runs.append('long' as RunId, stepDone(`s${i}`)).durable;
    runs.remove('long' as RunId);
    expect(runs.get('long' as RunId)).toBeUndefined();
    expect(count(opened.info.file, 'journal')).toBeGreaterThan(0);
    await runs.compact({});
    expect(count(opened.info.file, 'journal')).toBe(0);
  }));

test('what a crash left of a removed run is taken up at the next compaction', () =>
  withFolder(async (folder) => {
    let opened = openStore({ folder });
    for (const id of ['a', 'b']) {
      opened.store.runs.create(newRun(id));
      for (let i = 0; i < 10; i += 1) void opened.store.runs.append(id as RunId, stepDone(`s${i}`));
    }
    await opened.close();
    const db = new Database(opened.info.file);
    db.pragma('foreign_keys = on');
    db.exec('insert into removed_runs values (1); delete from runs where number = 1');
    db.close();
    opened = openStore({ folder });
    expect(await opened.store.runs.compact({})).toMatchObject({ runs: 0 });
    expect(count(opened.info.file, 'journal')).toBe(11);
    expect(opened.store.runs.readEvents('b' as RunId)).toHaveLength(11);
    await opened.close();
  }));

test('the file shrinks when much was removed', () =>
  withStore(async (opened) => {
    const { runs } = opened.store;
    runs.create(newRun('long', { startedAt: 1 }));
    for (let i = 0; i < 1500; i += 1) void runs.append('long' as RunId, stepDone(`s${i}`, 'x'.repeat(4000)));
    await runs.append('long' as RunId, end(2)).durable;
    const gone = await runs.compact({ olderThan: 100 });
    expect(gone.runs).toBe(1);
    expect(gone.bytes).toBeGreaterThan(3_000_000);
    expect(count(opened.info.file, 'journal')).toBe(0);
  }));

test('closing waits for a step of the compaction and no longer', () =>
  withFolder(async (folder) => {
    const opened = openStore({ folder });
    for (let i = 0; i < 100; i += 1) await run(opened, `r${i}`, 1);
    const compaction = opened.store.runs.compact({ olderThan: 100 });
    await opened.close();
    expect((await compaction).runs).toBeLessThanOrEqual(100);
    const again = openStore({ folder });
    expect(again.check()).toEqual([]);
    await again.store.runs.compact({ olderThan: 100 });
    expect(ids(again)).toEqual([]);
    await again.close();
  }));
