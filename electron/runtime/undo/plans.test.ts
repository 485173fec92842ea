// Undo of very many changes: looked at whole with its progress, shown in pages, carried out as it was shown, and stopped in the middle.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChangeId, ChangeSetId, UndoEvent, UndoPlan } from '../../../shared/model/change.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import type { StoredChange } from './undo-ports.ts';

const many = 1200;
let folder: string;
let lab: UndoLab;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-undo-many-'));
  lab = undoLab();
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = { run: 'run-1' as RunId };
const actor = { kind: 'agent' as const, id: 'a1', name: 'Librarian' };
const names = (): string[] => readdirSync(folder).sort();

/** Files that a run made: `count` of them there, as the run left them. */
function made(count: number): void {
  const after = lab.store.changes.keepText('made');
  const rows = Array.from({ length: count }, (_, i): StoredChange => {
    const target = join(folder, `${String(i).padStart(5, '0')}.txt`);
    writeFileSync(target, 'made');
    return {
      ...{
        id: `ch-${i}` as ChangeId,
        at: 1000 + i,
        kind: 'file',
        target,
        title: `${i}.txt`,
        op: 'write',
        state: 'done',
        before: null,
        after,
      },
      ...{ bytes: 0, actor, ...run, runTitle: 'Tidy up', step: 's1', set: 'run-1' as ChangeSetId, root: folder },
    };
  });
  lab.store.changes.insertMany(rows);
}

async function prepared(): Promise<{ plan: UndoPlan; looked: { done: number; of: number }[] }> {
  const looked: { done: number; of: number }[] = [];
  for await (const event of lab.undo.plans.prepare(run)) {
    if (event.kind === 'plan') return { plan: event.plan, looked };
    looked.push(event);
  }
  throw new Error('no plan came');
}
async function resultOf(
  events: AsyncIterable<UndoEvent>,
): Promise<{ result: Extract<UndoEvent, { kind: 'result' }>['result']; told: number }> {
  let told = 0;
  for await (const event of events) {
    if (event.kind === 'result') return { result: event.result, told };
    told += 1;
  }
  throw new Error('no result came');
}
const nothing = { choices: {}, otherwise: 'keep' as const };

it('counts, pages and takes back 1,200 changes of a run; what was changed since is counted over all of them and kept', async () => {
  made(many);
  writeFileSync(join(folder, '00007.txt'), 'by hand');
  rmSync(join(folder, '00008.txt'));
  const { plan, looked } = await prepared();
  expect(plan.counts).toEqual({ ready: many - 2, already: 1, conflict: 1, cannot: 0, undone: 0 });
  for (const each of looked) expect(each.of).toBe(many);
  // Newest first, any page of it.
  expect(lab.undo.plans.page(plan.id, 'ready', 0, 2).map((item) => item.change.title)).toEqual(['1199.txt', '1198.txt']);
  expect(lab.undo.plans.page(plan.id, 'ready', many - 4, 100).map((item) => item.change.title)).toEqual(['1.txt', '0.txt']);
  expect(lab.undo.plans.page(plan.id, 'conflict', 0, 100)).toMatchObject([{ change: { title: '7.txt' }, state: 'conflict' }]);
  expect(() => lab.undo.carryOut(plan.id, 'another', nothing)).toThrow(expect.objectContaining({ code: 'undo-plan-gone' }));
  lab.undo.carryOut(plan.id, plan.hash, nothing);
  const { result, told } = await resultOf(lab.undo.follow(plan.id));
  expect(result).toMatchObject({ done: many - 1, kept: 1, failed: [], set: expect.any(String) });
  expect(told).toBeGreaterThan(0);
  expect(names()).toEqual(['00007.txt']);
  expect(lab.undo.getSet('run-1' as ChangeSetId)).toMatchObject({ count: many, undone: many - 1 });
  // What was shown is carried out once.
  expect(() => lab.undo.carryOut(plan.id, plan.hash, nothing)).toThrow(expect.objectContaining({ code: 'undo-plan-gone' }));
}, 120_000);

it('one choice is for all that was changed since, but where a thing has its own; what was not shown as changed is kept', async () => {
  made(30);
  for (const name of ['00001.txt', '00002.txt']) writeFileSync(join(folder, name), 'by hand');
  const { plan } = await prepared();
  // Changed after it was looked at: nobody said that it may go.
  writeFileSync(join(folder, '00003.txt'), 'later');
  lab.undo.carryOut(plan.id, plan.hash, { choices: { 'ch-2': 'keep' }, otherwise: 'restore' });
  const { result } = await resultOf(lab.undo.follow(plan.id));
  expect(result).toMatchObject({ done: 28, kept: 2 });
  expect(names()).toEqual(['00002.txt', '00003.txt']);
});

it('is stopped in the middle, says how much is left, and is not gone on with after a restart', async () => {
  made(200);
  const { plan } = await prepared();
  lab.undo.carryOut(plan.id, plan.hash, nothing);
  let seen = 0;
  for await (const event of lab.undo.follow(plan.id)) {
    if (event.kind === 'result') {
      expect(event.result.left).toBeGreaterThan(0);
      expect(event.result.done + (event.result.left ?? 0)).toBe(200);
      seen = event.result.left ?? 0;
    } else if (event.done > 0) lab.undo.stop(plan.id);
  }
  expect(names()).toHaveLength(seen);
  expect(lab.store.changes.undos()).toEqual([]);
  await lab.undo.start();
  expect(names()).toHaveLength(seen);
  // The rest can be taken back later.
  expect(await lab.undo.undo(run, {})).toMatchObject({ done: seen });
  expect(names()).toEqual([]);
});

it('goes on when nobody follows it, and looking ends when nobody wants it', async () => {
  made(60);
  const stop = new AbortController();
  stop.abort();
  await expect(lab.undo.plans.prepare(run, stop.signal).next()).rejects.toMatchObject({ name: 'AbortError' });
  const { plan } = await prepared();
  lab.undo.carryOut(plan.id, plan.hash, nothing);
  const gone = new AbortController();
  const follower = lab.undo.follow(plan.id, gone.signal)[Symbol.asyncIterator]();
  await follower.next();
  gone.abort();
  // In turn after it.
  expect(await lab.undo.undo({ since: 0, actor: { kind: 'person' } }, {})).toMatchObject({ done: 60 });
  expect(names()).toHaveLength(60);
});

it('what may be overwritten is what was seen: a file that was changed once more is kept', async () => {
  made(4);
  for (const name of ['00001.txt', '00002.txt']) writeFileSync(join(folder, name), 'by hand');
  const { plan } = await prepared();
  writeFileSync(join(folder, '00001.txt'), 'by hand, and again after it was looked at');
  lab.undo.carryOut(plan.id, plan.hash, { choices: {}, otherwise: 'restore' });
  const { result } = await resultOf(lab.undo.follow(plan.id));
  expect(result).toMatchObject({ done: 3, kept: 1, failed: [] });
  expect(names()).toEqual(['00001.txt']);
});

it('what the undo itself put there is no surprise to it', async () => {
  const { keepText, insertMany } = lab.store.changes;
  const [first, second, third, last] = ['first', 'second', 'third', 'last'].map(keepText);
  const target = join(folder, 'a.txt');
  const change = (n: number, before: string | undefined, after: string | undefined): StoredChange => ({
    ...{ id: `ch-${n}` as ChangeId, at: n, kind: 'file', target, title: 'a.txt', op: 'write', state: 'done', bytes: 5, actor, ...run },
    ...{ before: before ?? null, after: after ?? null, step: 's1', set: 'run-1' as ChangeSetId, root: folder },
  });
  // By hand in between, and once more since.
  insertMany([change(1, first, second), change(2, third, last)]);
  writeFileSync(target, 'by hand');
  const { plan } = await prepared();
  expect(plan.counts.conflict).toBe(2);
  lab.undo.carryOut(plan.id, plan.hash, { choices: {}, otherwise: 'restore' });
  expect((await resultOf(lab.undo.follow(plan.id))).result).toMatchObject({ done: 2, kept: 0 });
  expect(readFileSync(target, 'utf8')).toBe('first');
});

it('while the host closes nothing more is taken back, and the rest at the next start', async () => {
  made(200);
  const { plan } = await prepared();
  lab.undo.carryOut(plan.id, plan.hash, nothing);
  const follow = async (): Promise<void> => {
    for await (const event of lab.undo.follow(plan.id)) if (event.kind === 'progress' && event.done > 0) await lab.undo.close();
  };
  await expect(follow()).rejects.toMatchObject({ code: 'undo-put-off' });
  const left = names().length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(200);
  await expect(lab.undo.undo(run, {})).rejects.toMatchObject({ code: 'undo-put-off' });
  const { dataFolder } = lab;
  await lab.opened.close();
  lab = undoLab({ dataFolder });
  expect(lab.store.changes.undos()).toHaveLength(1);
  await lab.undo.start();
  expect(names()).toEqual([]);
  expect(lab.store.changes.undos()).toEqual([]);
});
