// A commit that fails in the middle of a turn of the event loop: what the run does before it hears of it must not be kept
// behind a gap, such as its end without the steps before it.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

const run = 'a' as RunId;

test('rows of the same turn after a refused one are refused too; those of the next turn are kept', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('a'));
    await store.runs.flush();
    const saboteur = new Database(info.file);
    saboteur.exec("create trigger refuse before insert on journal begin select raise(abort, 'refused'); end");
    // The 1024th is committed at once.
    const lost = Array.from({ length: 1024 }, (_, n) => store.runs.append(run, stepDone(`s${n}`)).durable);
    saboteur.exec('drop trigger refuse');
    saboteur.close();
    const end = store.runs.append(run, { type: 'run-end', at: 1, status: 'done' }).durable;
    const settled = await Promise.allSettled([...lost, end]);
    expect(settled.map((one) => one.status)).toEqual(new Array(1025).fill('rejected'));

    await new Promise((resolve) => setImmediate(resolve));
    await store.runs.append(run, stepDone('again')).durable;
    expect(store.runs.readEvents(run).map(({ seq, event }) => [seq, event.type])).toEqual([
      [1, 'run-start'],
      [2, 'step-done'],
    ]);
    expect(store.runs.get(run)?.status).toBe('running');
  }));
