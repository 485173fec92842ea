// The log's reading thread: finds what is found without it, and what was written before it was asked; is stopped, lost and closed.

import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import type { AuditFilter } from '../../../shared/model/audit.ts';
import { inTurns, type Reading } from './audit-entries.ts';
import { auditLab, entryOf } from './audit-test-support.ts';

/** Every log is long enough for the thread. */
const lab = auditLab({ auditLimits: { threadFrom: 100, idleMs: 60_000, readsFrom: 0 } });

/** Those that were begun, a turn later. */
function threads(): { begun: Worker[]; stop: () => void } {
  const begun: Worker[] = [];
  const note = (thread: Worker) => void begun.push(thread);
  process.on('worker', note);
  return { begun, stop: () => process.off('worker', note) };
}

it('finds there what is found here, at once after it was written', async () => {
  const { begun, stop } = threads();
  try {
    lab.fill(40);
    lab.fillSingly(5, 41);
    await lab.audit.seal({ maxEntries: 40 });
    const filters: AuditFilter[] = [
      { limit: 500, text: 'thing 3 because' },
      { limit: 2, kind: ['secret'], before: 30 },
      { limit: 500, since: entryOf(10).at, until: entryOf(12).at },
      { limit: 500, text: 'nothing such' },
    ];
    for (const filter of filters) expect(await lab.audit.search(filter, undefined)).toEqual(lab.audit.list(filter));
    expect((await lab.audit.search(filters[0] as AuditFilter, undefined)).length).toBeGreaterThan(5);
    expect((await lab.audit.listAfter(17, 5)).map((entry) => entry.seq)).toEqual([18, 19, 20, 21, 22]);
    expect(await lab.audit.seqBefore(entryOf(30).at)).toBe(29);
    expect((await lab.audit.exportRows(0, 12)).lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // One thread for all of it, and none for the newest page.
    expect(begun).toHaveLength(1);
    for (let i = 50; i < 60; i += 1) {
      lab.append([entryOf(i)]);
      expect((await lab.audit.search({ limit: 1, text: `thing ${i}` }, undefined))[0]?.what).toBe(`thing ${i}`);
    }
    await lab.audit.search({ limit: 5 }, undefined);
    expect(begun).toHaveLength(1);
  } finally {
    stop();
  }
});

it('is stopped by a signal, and goes on with what others asked', async () => {
  lab.fill(30);
  const control = new AbortController();
  const stopped = lab.audit.search({ limit: 5, text: 'thing' }, control.signal);
  const other = lab.audit.search({ limit: 5, text: 'thing' }, undefined);
  control.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(await other).toHaveLength(5);
  await expect(lab.audit.search({ limit: 5, text: 'thing' }, control.signal)).rejects.toMatchObject({ code: 'cancelled' });
});

it('tells the thread to look no further when nobody waits any more', async () => {
  const { begun, stop } = threads();
  try {
    lab.fill(30);
    await lab.audit.search({ limit: 5, text: 'thing' }, undefined);
    const told = vi.spyOn(begun[0] as Worker, 'postMessage');
    const control = new AbortController();
    const stopped = lab.audit.search({ limit: 5, text: 'thing' }, control.signal);
    await nextTurn();
    control.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const [asked, no] = told.mock.calls.map(([message]) => message as { id: number });
    expect(no).toEqual({ id: asked?.id, isCancelled: true });
  } finally {
    stop();
  }
});

it('is answered here when the thread is lost, and by a new one after', async () => {
  const { begun, stop } = threads();
  try {
    lab.fill(30);
    const answer = lab.audit.search({ limit: 5, text: 'thing' }, undefined);
    await nextTurn();
    await begun[0]?.terminate();
    expect(await answer).toHaveLength(5);
    expect(await lab.audit.search({ limit: 5, text: 'thing 2' }, undefined)).toHaveLength(5);
    expect(begun).toHaveLength(2);
  } finally {
    stop();
  }
});

it('ends when nobody asks, and with the log', async () => {
  const { begun, stop } = threads();
  try {
    await lab.reopen(undefined, { auditLimits: { threadFrom: 100, idleMs: 10, readsFrom: 0 } });
    lab.fill(20);
    expect(await lab.audit.search({ limit: 5, text: 'thing' }, undefined)).toHaveLength(5);
    await once(begun[0] as Worker, 'exit');
    await lab.reopen();
    const late = lab.audit.search({ limit: 5, text: 'thing' }, undefined);
    const refused = expect(late).rejects.toMatchObject({ code: 'cancelled' });
    await nextTurn();
    const isEnded = once(begun[1] as Worker, 'exit');
    await lab.reopen();
    await refused;
    await isEnded;
  } finally {
    stop();
  }
});

it('a short log is read without a thread', async () => {
  const { begun, stop } = threads();
  try {
    await lab.reopen(undefined, {});
    lab.fill(20);
    expect(await lab.audit.search({ limit: 5, text: 'thing' }, undefined)).toHaveLength(5);
    expect(await lab.audit.search({ limit: 5, text: 'thing' }, AbortSignal.abort()).catch((error) => error.code)).toBe('cancelled');
    expect(begun).toEqual([]);
  } finally {
    stop();
  }
});

it('gives way while it looks, and is stopped in the middle', async () => {
  let pages = 0;
  function* slow(): Reading<string> {
    for (pages = 0; pages < 200; pages += 1) {
      for (const until = performance.now() + 4; performance.now() < until; );
      yield;
    }
    return 'all of it';
  }
  const control = new AbortController();
  setImmediate(() => control.abort());
  await expect(inTurns(slow(), control.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(pages).toBeLessThan(10);
});
