import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { openStore } from './open.ts';
import { newRun, stepDone, withFolder, withStore } from './test-support.ts';

const r = 'r' as RunId;

test('a run is made with its first event and read back as it was given', () =>
  withStore(({ store }) => {
    const run = newRun('r', {
      workflow: 'w' as WorkflowId,
      document: { format: 'orrery.workflow', formatVersion: 1, name: 'n', description: '', nodes: [], edges: [] },
      origin: { kind: 'sub-workflow', run: 'parent' as RunId, step: 'call#1' },
      grant: { tools: [], folders: ['/home/me'] },
    });
    const summary = store.runs.create(run);
    expect(summary).toMatchObject({ number: 1, status: 'running', stepsDone: 0 });
    expect(store.runs.get(r)).toEqual(summary);
    expect(store.runs.getDetails(r)).toEqual(run);
    expect(store.runs.readEvents(r)).toEqual([{ seq: 1, event: { type: 'run-start', at: 1000, inputs: run.inputs } }]);
    expect(() => store.runs.create(run)).toThrow(expect.objectContaining({ code: 'run-exists' }));
    expect(store.runs.create(newRun('q')).number).toBe(2);
  }));

test('events of several runs, appended at once, are kept each in its own order', () =>
  withStore(async ({ store }) => {
    const ids = ['a', 'b', 'c'] as RunId[];
    for (const id of ids) store.runs.create(newRun(id));
    const waits: Promise<void>[] = [];
    for (let i = 0; i < 100; i += 1) for (const id of ids) waits.push(store.runs.append(id, stepDone(`s${i}`)).durable);
    await Promise.all(waits);
    for (const id of ids) {
      const events = store.runs.readEvents(id, 1);
      expect(events.map(({ event }) => 'step' in event && event.step)).toEqual(Array.from({ length: 100 }, (_, i) => `s${i}`));
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
      expect(store.runs.get(id)?.stepsDone).toBe(100);
    }
    expect(store.runs.readEvents(ids[0] as RunId, 99).map(({ seq }) => seq)).toEqual([100, 101]);
  }));

test('nothing is readable before it is on disk, and flush puts it there', () =>
  withStore(async ({ store }) => {
    store.runs.create(newRun('r'));
    await store.runs.flush();
    expect(store.runs.append(r, stepDone('a')).seq).toBe(2);
    expect(store.runs.readEvents(r)).toHaveLength(1);
    await store.runs.flush();
    expect(store.runs.readEvents(r)).toHaveLength(2);
  }));

test('what nobody waits for is committed early when it is long', () =>
  withStore(async ({ store }) => {
    store.runs.create(newRun('a'));
    await store.runs.flush();
    const put = (n: number) => store.runs.append('a' as RunId, stepDone(`s${n}`, 'x'.repeat(15_000)), true);
    for (let n = 0; n < 60; n += 1) put(n);
    expect(store.runs.readEvents('a' as RunId)).toHaveLength(1);
    for (let n = 60; n < 70; n += 1) put(n);
    expect(store.runs.readEvents('a' as RunId).length).toBeGreaterThan(60);
  }));

test("status events change the run's row; unfinished runs are found; the lists filter", () =>
  withStore(async ({ store }) => {
    const { runs } = store;
    runs.create(newRun('r', { startedAt: 1, workflow: 'w' as WorkflowId, title: '100% sure' }));
    runs.create(newRun('q', { startedAt: 2, kind: 'turn' }));
    runs.create(newRun('p', { startedAt: 3 }));
    await runs.append(r, { type: 'run-status', at: 5, status: 'waiting' }).durable;
    expect(runs.counts()).toEqual({ running: 2, waiting: 1, queued: 0 });
    expect(runs.listUnfinished().map((run) => run.id)).toEqual(['r', 'q', 'p']);
    const error = { code: 'tool-failed', message: 'It failed.', retryable: false };
    await runs.append(r, { type: 'run-end', at: 9, status: 'failed', error }).durable;
    expect(runs.get(r)).toMatchObject({ status: 'failed', endedAt: 9, error });
    expect(runs.listUnfinished().map((run) => run.id)).toEqual(['q', 'p']);
    const ids = (filter: object) => runs.list({ limit: 10, ...filter }).map((run) => run.id);
    expect(ids({})).toEqual(['p', 'q', 'r']);
    expect(ids({ before: 3, limit: 1 })).toEqual(['q']);
    expect(ids({ workflow: 'w' })).toEqual(['r']);
    expect(ids({ kind: 'turn' })).toEqual(['q']);
    expect(ids({ status: ['failed', 'done'] })).toEqual(['r']);
    expect(ids({ status: [] })).toEqual([]);
    expect(ids({ query: '0%' })).toEqual(['r']);
    expect(ids({ query: '%' })).toEqual(['r']);
  }));

test('a removed run takes its events along, and its number is not given again', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    void store.runs.append(r, stepDone('a'));
    store.runs.remove(r);
    expect(store.runs.get(r)).toBeUndefined();
    expect(() => store.runs.readEvents(r)).toThrow(expect.objectContaining({ code: 'run-not-found' }));
    expect(() => store.runs.append(r, stepDone('b'))).toThrow(expect.objectContaining({ code: 'run-not-found' }));
    expect(store.runs.create(newRun('q')).number).toBe(2);
    await store.runs.flush();
    const db = new Database(info.file, { readonly: true });
    expect(db.prepare('select count(*) as n from journal').get()).toEqual({ n: 1 });
    db.close();
  }));

test.each([
  ['a changed text', "update journal set event = replace(event, 's2', 's9') where id % 2097152 = 4", 'row 4'],
  ['a row in the place of another', 'update journal set id = id + 1000 where id % 2097152 = 4', 'row 4'],
  ['a missing row', 'delete from journal where id % 2097152 = 4', 'row 4'],
  ['changed details', "update run_details set body = replace(body, '/tmp/a', '/tmp/b')", 'row details'],
])('damage is noticed: %s', (_what, sql, place) =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    // Each a row of its own.
    for (let i = 0; i < 5; i += 1) await store.runs.append(r, stepDone(`s${i}`)).durable;
    expect(store.runs.readEvents(r)).toHaveLength(6);
    const db = new Database(info.file);
    expect(db.prepare(sql).run().changes).toBe(1);
    db.close();
    const read = () => [store.runs.readEvents(r), store.runs.getDetails(r)];
    expect(read).toThrow(
      expect.objectContaining({ code: 'journal-damaged', message: expect.stringContaining(`run r is damaged at ${place}`) }),
    );
  }),
);

test('a failed commit rejects all who wait for it; what comes after keeps its order without a gap', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    await store.runs.append(r, stepDone('before')).durable;
    const saboteur = new Database(info.file);
    saboteur.exec("create trigger refuse before insert on journal begin select raise(abort, 'refused'); end");
    const settled = await Promise.allSettled([1, 2, 3].map((i) => store.runs.append(r, stepDone(`lost${i}`)).durable));
    expect(settled.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected']);
    saboteur.exec('drop trigger refuse');
    saboteur.close();
    // Within the same turn of the event loop a run that lost a row is refused.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([1, 2].map((i) => store.runs.append(r, stepDone(`kept${i}`)).durable));
    expect(store.runs.readEvents(r).map(({ seq, event }) => [seq, 'step' in event ? event.step : event.type])).toEqual([
      [1, 'run-start'],
      [2, 'before'],
      [3, 'kept1'],
      [4, 'kept2'],
    ]);
    expect(store.runs.get(r)?.stepsDone).toBe(3);
  }));

const writer = `
import { openStore } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
import { newRun, stepDone } from ${JSON.stringify(new URL('./test-support.ts', import.meta.url).href)};
import { writeSync } from 'node:fs';
const { store } = openStore({ folder: process.argv[2] });
const id = process.argv[3];
store.runs.create(newRun(id));
for (let i = 0; ; i += 1) {
  const { seq, durable } = store.runs.append(id, stepDone('s' + i));
  await durable;
  writeSync(1, seq + '\\n');
}
`;

test('no acknowledged event is lost when the writer is killed', () =>
  withFolder(async (folder) => {
    const script = join(folder, 'writer.ts');
    writeFileSync(script, writer);
    for (const [round, delay] of [20, 45, 90, 140, 200].entries()) {
      const id = `run${round}`;
      const child = spawn(process.execPath, [script, folder, id], {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: fileURLToPath(new URL('.', import.meta.url)),
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await once(child.stdout, 'data');
      await new Promise((done) => setTimeout(done, delay));
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      const acknowledged = said.split('\n').slice(0, -1).map(Number);
      expect(acknowledged.length).toBeGreaterThan(0);
      const opened = openStore({ folder });
      const kept = opened.store.runs.readEvents(id as RunId).map(({ seq }) => seq);
      expect(kept.slice(1, acknowledged.length + 1)).toEqual(acknowledged);
      expect(opened.store.runs.listUnfinished().at(-1)?.id).toBe(id);
      await opened.close();
    }
  }));
