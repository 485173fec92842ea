// The newest events and those of one step are the same as in the whole journal, wherever they lie and however they were written;
// what is given is verified.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { SequencedEvent } from '../../../shared/model/run.ts';
import type { OpenedStore } from './open.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

const r = 'r' as RunId;
const seqs = (events: readonly SequencedEvent[]): number[] => events.map(({ seq }) => seq);
const anyLength = 1_000_000;

/** Two hundred events in rows of one to nine. */
async function fill({ store }: OpenedStore): Promise<SequencedEvent[]> {
  store.runs.create(newRun('r'));
  for (let i = 0, size = 1; i < 199; i += 1) {
    void store.runs.append(r, stepDone(`s${i % 50}`, `${i}`));
    if (i % size !== 0) continue;
    await store.runs.flush();
    size = 1 + ((size * 7 + i) % 9);
  }
  await store.runs.flush();
  return store.runs.readEvents(r);
}

test('the newest are those at the end of the whole, with the beginning in front', () =>
  withStore(async (opened) => {
    const all = await fill(opened);
    expect(all).toHaveLength(200);
    for (const events of [1, 2, 31, 32, 33, 100, 199, 200, 500]) {
      const given = opened.store.runs.readNewest(r, { events, chars: anyLength });
      const rest = all.slice(-events);
      expect(given).toEqual(
        events >= 200 ? { events: all, leftOut: 0 } : { events: [all[0], ...rest], leftOut: Math.max(0, 199 - events) },
      );
      for (const after of [1, 50, 150, 199, 200]) {
        const later = opened.store.runs.readNewest(r, { events, chars: anyLength }, after);
        expect(later).toEqual({ events: all.slice(after).slice(-events), leftOut: Math.max(0, 200 - after - events) });
      }
    }
  }));

test('a limit of characters leaves one', () =>
  withStore(async (opened) => {
    const all = await fill(opened);
    expect(seqs(opened.store.runs.readNewest(r, { events: 500, chars: 0 }).events)).toEqual([1, 200]);
    const some = opened.store.runs.readNewest(r, { events: 500, chars: 1000 });
    expect(some.events.length).toBeGreaterThan(4);
    expect(JSON.stringify(some.events.slice(1).map(({ event }) => event)).length).toBeLessThan(1100);
    expect(some.events.slice(1)).toEqual(all.slice(1 - some.events.length));
    expect(some.leftOut).toBe(200 - some.events.length);
  }));

test('one step has its own events only', () =>
  withStore(async (opened) => {
    const all = await fill(opened);
    for (const step of ['s0', 's7', 's49']) {
      const own = all.filter(({ event }) => 'step' in event && event.step === step);
      expect(own).toHaveLength(step === 's49' ? 3 : 4);
      expect(opened.store.runs.readStep(r, step)).toEqual(own);
    }
    expect(opened.store.runs.readStep(r, 'nothing')).toEqual([]);
    // A text that looks like the name of a step is none.
    await opened.store.runs.append(r, stepDone('other', '"step":"s7"')).durable;
    expect(opened.store.runs.readStep(r, 's7')).toHaveLength(4);
  }));

test('what waits among rows of many runs is there too', () =>
  withStore(async ({ store }) => {
    const names = Array.from({ length: 12 }, (_, i) => `r${i}` as RunId);
    for (const id of names) store.runs.create(newRun(id));
    await store.runs.flush();
    for (let i = 0; i < 10; i += 1) await Promise.all(names.map((id) => store.runs.append(id, stepDone(`s${i}`)).durable));
    await store.runs.append('r5' as RunId, stepDone('alone')).durable;
    const all = store.runs.readEvents('r5' as RunId);
    expect(all).toHaveLength(12);
    expect(store.runs.readNewest('r5' as RunId, { events: 3, chars: anyLength })).toEqual({
      events: [all[0], ...all.slice(-3)],
      leftOut: 8,
    });
    expect(store.runs.readStep('r5' as RunId, 's4')).toEqual([all[5]]);
    expect(store.runs.readStep('r5' as RunId, 'alone')).toEqual([all[11]]);
  }));

test('damage is noticed in what is read, and a large value is known by its run alone', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    store.runs.create(newRun('q'));
    for (let i = 2; i <= 9; i += 1) await store.runs.append(r, stepDone(`s${i}`, i === 9 ? 'x'.repeat(20_000) : 'x')).durable;
    const last = store.runs.readNewest(r, { events: 1, chars: 0 }).events.at(-1)?.event;
    const hash = last?.type === 'step-done' ? (last.large?.out?.hash ?? '') : '';
    expect([store.runs.namesLarge(r, hash), store.runs.namesLarge('q' as RunId, hash), store.runs.namesLarge(r, 'none')]).toEqual([
      true,
      false,
      false,
    ]);
    const db = new Database(info.file);
    db.exec(`update journal set event = replace(event, '"s8"', '"s7"') where id % 2097152 = 8`);
    db.exec('delete from journal where id % 2097152 = 5');
    db.close();
    const damaged = (row: number): unknown =>
      expect.objectContaining({ code: 'journal-damaged', message: expect.stringContaining(`at row ${row}:`) });
    expect(seqs(store.runs.readNewest(r, { events: 1, chars: anyLength }).events)).toEqual([1, 9]);
    expect(() => store.runs.readNewest(r, { events: 2, chars: anyLength })).toThrow(damaged(8));
    expect(() => store.runs.readStep(r, 's7')).toThrow(damaged(8));
    const again = new Database(info.file);
    again.exec('delete from journal where id % 2097152 = 8');
    again.close();
    expect(() => store.runs.readNewest(r, { events: 2, chars: anyLength })).toThrow(damaged(8));
  }));
