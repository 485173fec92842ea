// Large outputs lie beside the rows; the journal's order and promises are the same with them.

import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { sha256Of } from '../blobs/blob-store.ts';
import { makeBackup } from './backups.ts';
import type { OpenedStore } from './open.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

const r = 'r' as RunId;
const big = (letter: string): string => letter.repeat(20_000);
const end: RunEvent = { type: 'run-end', at: 9, status: 'done' };
const blobFile = (folder: string, hash: string): string => join(folder, 'blobs', hash.slice(0, 2), hash);
const hashOf = (letter: string): string => sha256Of(JSON.stringify(big(letter)));
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('outputs over 16 kB leave the row, those under it stay, and the text comes back whole', () =>
  withStore(async ({ store }, folder) => {
    store.runs.create(newRun('r'));
    const outputs = { small: 'x'.repeat(16_000), large: big('ä'), list: Array.from({ length: 9000 }, (_, i) => i) };
    const { durable, kept } = store.runs.append(r, { ...(stepDone('a') as Extract<RunEvent, { type: 'step-done' }>), outputs });
    await durable;
    const event = store.runs.readEvents(r).at(-1)?.event;
    expect(event).toEqual(kept);
    expect(event).toMatchObject({
      outputs: { small: outputs.small },
      large: {
        large: { bytes: 40_002, preview: 'ä'.repeat(200) },
        list: { bytes: JSON.stringify(outputs.list).length, preview: expect.stringMatching(/^\[0,1,2,/) },
      },
    });
    if (event?.type !== 'step-done') throw new Error('not there');
    expect(Object.keys(event.outputs)).toEqual(['small']);
    for (const port of ['large', 'list'] as const) {
      const hash = event.large?.[port]?.hash ?? '';
      expect(existsSync(blobFile(folder, hash))).toBe(true);
      expect(JSON.parse(await store.runs.readLarge(hash))).toEqual(outputs[port]);
    }
    await expect(store.runs.readLarge('0'.repeat(64))).rejects.toMatchObject({ code: 'large-value-missing' });
  }));

test('small and large ones of several runs stay in order, each run for itself', () =>
  withStore(async ({ store }) => {
    const ids = ['a', 'b', 'c'] as RunId[];
    for (const id of ids) store.runs.create(newRun(id));
    const order: string[] = [];
    for (let i = 0; i < 40; i += 1)
      for (const id of ids)
        void store.runs
          .append(id, stepDone(`s${i}`, i % 7 === 3 && id !== 'c' ? big(String(i)) : 'x'))
          .durable.then(() => order.push(`${id}${i}`));
    await store.runs.flush();
    await settle();
    for (const id of ids) {
      const steps = store.runs.readEvents(id, 1).map(({ event }) => ('step' in event ? event.step : ''));
      expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => `s${i}`));
      expect(order.filter((each) => each.startsWith(id))).toEqual(Array.from({ length: 40 }, (_, i) => `${id}${i}`));
      expect(store.runs.get(id)?.stepsDone).toBe(40);
    }
  }));

test('all who wait for what is queued hear of it, also while one large output is written', () =>
  withStore(async ({ store }) => {
    store.runs.create(newRun('r'));
    void store.runs.append(r, stepDone('a', big('a')));
    const all = [store.runs.flush(), store.runs.flush(), store.runs.flush()];
    void store.runs.append(r, stepDone('b', big('b')));
    all.push(store.runs.flush());
    await Promise.all(all);
    expect(store.runs.readEvents(r, 1)).toHaveLength(2);
  }));

test('many rows that wait behind a large one cost the other runs no commit for each of theirs', () =>
  withStore(async ({ store, info }) => {
    for (const id of ['r', 'q']) store.runs.create(newRun(id));
    await store.runs.flush();
    const other = new Database(info.file, { readonly: true });
    const version = () => other.pragma('data_version', { simple: true });
    void store.runs.append(r, stepDone('a', big('a')));
    for (let i = 0; i < 300; i += 1) void store.runs.append(r, stepDone(`r${i}`));
    const before = version();
    for (let i = 0; i < 50; i += 1) void store.runs.append('q' as RunId, stepDone(`q${i}`));
    // Still the same turn: all of it goes together at its end.
    expect(version()).toBe(before);
    await store.runs.flush();
    other.close();
    expect(store.runs.readEvents(r, 1)).toHaveLength(301);
    expect(store.runs.readEvents('q' as RunId, 1)).toHaveLength(50);
  }));

test('when a large one cannot be kept, it and what follows it are refused, and the run goes on without a gap', () =>
  withStore(async ({ store }, folder) => {
    store.runs.create(newRun('r'));
    store.runs.create(newRun('q'));
    writeFileSync(join(folder, 'blobs'), 'a file in the way');
    const before = store.runs.append(r, stepDone('before')).durable;
    const large = store.runs.append(r, stepDone('large', big('x'))).durable;
    const after = store.runs.append(r, stepDone('after')).durable;
    const other = store.runs.append('q' as RunId, stepDone('other')).durable;
    const settled = await Promise.allSettled([before, large, after, other]);
    expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    rmSync(join(folder, 'blobs'));
    await settle();
    await store.runs.append(r, stepDone('large', big('x'))).durable;
    expect(store.runs.readEvents(r).map(({ seq, event }) => [seq, 'step' in event ? event.step : ''])).toEqual([
      [1, ''],
      [2, 'before'],
      [3, 'large'],
    ]);
  }));

test('a run removed while its large output is written leaves nothing that waits', () =>
  withStore(async ({ store }) => {
    store.runs.create(newRun('r'));
    const { durable } = store.runs.append(r, stepDone('a', big('x')));
    store.runs.remove(r);
    await expect(durable).rejects.toMatchObject({ code: 'run-not-found' });
    await store.runs.flush();
    expect(store.runs.get(r)).toBeUndefined();
  }));

test('what is taken over is in the journal before the run begins, and must be there', () =>
  withStore(async ({ store }, folder) => {
    store.runs.create(newRun('r'));
    await store.runs.append(r, stepDone('a', big('x'))).durable;
    const taken = store.runs.readEvents(r, 1).map(({ event }) => event);
    const made = store.runs.create(newRun('q', { trigger: { node: 't', payload: 1 }, priority: 3, mode: { stepThrough: true } }), {
      isQueued: true,
      seed: [...taken, stepDone('b', big('y'))],
    });
    expect(made).toMatchObject({ status: 'queued', stepsDone: 2 });
    expect(store.runs.get('q' as RunId)).toEqual(made);
    expect(store.runs.counts()).toEqual({ running: 1, waiting: 0, queued: 1 });
    expect(store.runs.getDetails('q' as RunId)).toMatchObject({
      trigger: { node: 't', payload: 1 },
      priority: 3,
      mode: { stepThrough: true },
    });
    expect(store.runs.readEvents('q' as RunId, 1).map(({ event }) => event.type === 'step-done' && Object.keys(event.large ?? {}))).toEqual(
      [['out'], ['out']],
    );
    expect(JSON.parse(await store.runs.readLarge(hashOf('y')))).toBe(big('y'));
    rmSync(blobFile(folder, hashOf('x')));
    expect(() => store.runs.create(newRun('p'), { seed: taken })).toThrow(expect.objectContaining({ code: 'large-value-missing' }));
    expect(store.runs.get('p' as RunId)).toBeUndefined();
  }));

async function ended({ store }: OpenedStore, id: string, more: Parameters<typeof newRun>[1], letter: string): Promise<void> {
  store.runs.create(newRun(id, more));
  await store.runs.append(id as RunId, stepDone('a', big(letter))).durable;
  await store.runs.append(id as RunId, end).durable;
}

const makeOld = (folder: string): void => {
  for (const entry of readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), 1, 1);
};

test('large outputs go with the last run that names them, unless a backup does', () =>
  withStore(async (opened, folder) => {
    const { runs } = opened.store;
    await ended(opened, 'old', { startedAt: 1 }, 'x');
    await ended(opened, 'old2', { startedAt: 2 }, 'y');
    await ended(opened, 'new', { startedAt: 500 }, 'x');
    makeOld(folder);
    expect(await runs.compact({ olderThan: 100 })).toMatchObject({ runs: 2, bytes: 20_002 });
    expect([existsSync(blobFile(folder, hashOf('x'))), existsSync(blobFile(folder, hashOf('y')))]).toEqual([true, false]);
    await makeBackup(folder);
    expect((await runs.compact({ olderThan: 1000 })).runs).toBe(1);
    expect(existsSync(blobFile(folder, hashOf('x')))).toBe(true);
    rmSync(join(folder, 'backups'), { recursive: true });
    expect(await runs.compact({})).toEqual({ runs: 0, bytes: 20_002 });
    expect(existsSync(blobFile(folder, hashOf('x')))).toBe(false);
  }));

test('results to use again are found until their run goes; the newest counts', () =>
  withStore(async (opened) => {
    const { runs } = opened.store;
    await ended(opened, 'one', { startedAt: 1 }, 'x');
    await ended(opened, 'two', { startedAt: 500 }, 'y');
    runs.noteReusable('h', 'one' as RunId, 'a');
    runs.noteReusable('k', 'one' as RunId, 'b');
    runs.noteReusable('h', 'two' as RunId, 'c');
    runs.noteReusable('h', 'gone' as RunId, 'd');
    await runs.flush();
    expect(runs.findReusable('h')).toEqual({ run: 'two', step: 'c' });
    expect(runs.findReusable('k')).toEqual({ run: 'one', step: 'b' });
    await runs.compact({ olderThan: 100 });
    expect(runs.findReusable('k')).toBeUndefined();
    expect(runs.findReusable('h')).toEqual({ run: 'two', step: 'c' });
  }));

test('an event of a newer Orrery makes its run unreadable, and only that, and nothing is lost', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    store.runs.create(newRun('q'));
    await store.runs.flush();
    const { checksumOf, runSpan } = await import('./journal-packs.ts');
    const json = JSON.stringify({ type: 'step-dreamt', at: 1 });
    const db = new Database(info.file);
    db.prepare('insert into journal (id, crc, event) values (?, ?, ?)').run(runSpan + 2, checksumOf(r, 2, json), json);
    db.close();
    expect(() => store.runs.readEvents(r)).toThrow(expect.objectContaining({ code: 'journal-newer' }));
    expect(store.runs.list({ limit: 5 })).toHaveLength(2);
    expect(store.runs.readEvents('q' as RunId)).toHaveLength(1);
  }));
