// A new run shares the commit of its first rows. Until then it is known to the store alone; whatever else is written or read finds
// it there, and when the disk refuses it, it never was.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { InboxId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { parseWorkflowDocument } from '../../../shared/model/workflow.ts';
import { countEvents, newRun, stepDone, withStore } from './test-support.ts';

const r = 'r' as RunId;
const onDisk = (file: string, what = 'runs'): number => {
  const db = new Database(file, { readonly: true });
  const { n } = db.prepare<[], { n: number }>(what === 'journal' ? countEvents : `select count(*) as n from ${what}`).get() as {
    n: number;
  };
  db.close();
  return n;
};

test('a run and its first rows are on disk together, and not before', () =>
  withStore(async ({ store, info }) => {
    const made = store.runs.create(newRun('r'));
    const row = store.runs.append(r, stepDone('a'));
    expect([made.number, row.seq]).toEqual([1, 2]);
    expect(store.runs.get(r)).toEqual(made);
    expect(store.runs.readEvents(r)).toEqual([]);
    expect(store.runs.starting?.(r)?.events).toMatchObject([{ seq: 1, event: { type: 'run-start' } }]);
    expect(onDisk(info.file)).toBe(0);
    await store.runs.starting?.(r)?.durable;
    expect([onDisk(info.file), onDisk(info.file, 'journal')]).toEqual([1, 2]);
    expect(store.runs.starting?.(r)).toBeUndefined();
  }));

test('what a run did is on disk before what another store writes then; what may wait is not', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    await store.runs.flush();
    store.runs.append(r, stepDone('pure'), true);
    store.priorities.set(r, 3);
    expect(onDisk(info.file, 'journal')).toBe(1);
    store.runs.append(r, stepDone('effect'));
    store.priorities.set(r, 4);
    expect(onDisk(info.file, 'journal')).toBe(3);
  }));

test('lists and other writes find it', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r', { workflow: 'w' as WorkflowId }));
    expect(store.runs.list({ limit: 5 })).toHaveLength(1);
    store.runs.create(newRun('q'));
    store.priorities.set('q' as RunId, 3);
    expect(onDisk(info.file)).toBe(2);
    store.runs.create(newRun('p'));
    expect(store.runs.getDetails('p' as RunId)?.id).toBe('p');
    store.runs.create(newRun('o'));
    store.runs.remove('o' as RunId);
    expect(store.runs.get('o' as RunId)).toBeUndefined();
    expect(onDisk(info.file)).toBe(3);
    expect(() => store.runs.create(newRun('q'))).toThrow(expect.objectContaining({ code: 'run-exists' }));
    store.runs.create(newRun('n'));
    expect(() => store.runs.create(newRun('n'))).toThrow(expect.objectContaining({ code: 'run-exists' }));
    expect(store.inbox.get('none' as InboxId)).toBeUndefined();
  }));

test('when the disk refuses it, it never was, its rows neither, and what would name it is not written', () =>
  withStore(async ({ store, info }) => {
    const saboteur = new Database(info.file);
    saboteur.exec("create trigger refuse before insert on journal begin select raise(abort, 'refused'); end");
    store.runs.create(newRun('r'));
    const durable = store.runs.starting?.(r)?.durable;
    const row = store.runs.append(r, stepDone('a')).durable;
    expect(() => store.priorities.set(r, 3)).toThrow();
    expect(store.runs.get(r)).toBeUndefined();
    expect((await Promise.allSettled([durable, row])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    saboteur.exec('drop trigger refuse');
    saboteur.close();
    expect(store.runs.create(newRun('r')).number).toBe(2);
    await store.runs.flush();
    expect(store.runs.readEvents(r)).toHaveLength(1);
  }));

const graph = (name: string) => parseWorkflowDocument({ format: 'orrery.workflow', formatVersion: 1, name, nodes: [], edges: [] });

test('a graph is kept once however many runs there are of it, and goes with the last of them', () =>
  withStore(async ({ store, info }) => {
    for (const id of ['r', 'q']) store.runs.create(newRun(id, { document: graph('Same') }));
    store.runs.create(newRun('p', { document: graph('Other') }));
    await store.runs.flush();
    expect(onDisk(info.file, 'graphs')).toBe(2);
    for (const id of ['r', 'q']) expect(store.runs.getDetails(id as RunId)?.document).toEqual(graph('Same'));
    store.runs.remove(r);
    expect(onDisk(info.file, 'graphs')).toBe(2);
    store.runs.remove('q' as RunId);
    expect(onDisk(info.file, 'graphs')).toBe(1);
    // It was known: it is made anew.
    store.runs.create(newRun('o', { document: graph('Same') }));
    expect(store.runs.getDetails('o' as RunId)?.document).toEqual(graph('Same'));
  }));

test('one graph object started, refused, and started again', () =>
  withStore(async ({ store, info }) => {
    const document = graph('One');
    const saboteur = new Database(info.file);
    saboteur.exec("create trigger refuse before insert on journal begin select raise(abort, 'refused'); end");
    store.runs.create(newRun('r', { document }));
    await expect(store.runs.starting?.(r)?.durable).rejects.toThrow();
    saboteur.exec('drop trigger refuse');
    saboteur.close();
    store.runs.create(newRun('q', { document }));
    store.runs.create(newRun('p', { document: { ...document, name: 'Renamed' } }));
    expect(store.runs.getDetails('q' as RunId)?.document).toEqual(document);
    expect(store.runs.getDetails('p' as RunId)?.document?.name).toBe('Renamed');
  }));

test('a damaged graph is told of', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r', { document: graph('Whole') }));
    await store.runs.flush();
    const db = new Database(info.file);
    db.exec("update graphs set body = replace(body, 'Whole', 'Wrong')");
    db.close();
    expect(() => store.runs.getDetails(r)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
  }));
