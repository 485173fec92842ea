// Limits of calls hold over a restart: the journal and the log of what was decided tell what was before.

import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { withStore } from '../../adapters/sqlite/test-support.ts';
import { createCallRates, keptCalls, maxPerMinute, maxPerRun } from './rates.ts';

const ann = { key: 'a1', name: 'Ann' };
const run = 'r1' as RunId;

it('counts what was called in the minute before the start, by whom', () =>
  withStore(async ({ store }) => {
    const startedAt = 1_000_000_000;
    const entry = (at: number, id: string, outcome: 'allowed' | 'denied' = 'allowed') => ({
      ...{ at, kind: 'decision' as const, actor: { kind: 'agent' as const, id, name: 'x' }, what: 'web.fetch_page', outcome, reason: '' },
    });
    const call = (at: number, details?: { rule: string; why: string }) => ({
      ...entry(at, 'a1'),
      kind: 'call' as const,
      outcome: 'done' as const,
      details,
    });
    // Decided and called: as one entry, and as two.
    const within = Array.from({ length: maxPerMinute - 1 }, (_, i) =>
      i % 2 === 0
        ? [call(startedAt - 30_000 + i, { rule: 'grant', why: 'Its grant allows it.' })]
        : [entry(startedAt - 30_000 + i, 'a1'), call(startedAt - 30_000 + i)],
    ).flat();
    const all = [entry(startedAt - 90_000, 'a1'), ...within, entry(startedAt - 10, 'a1', 'denied'), entry(startedAt - 5, 'a2')];
    store.audit.append(all.map(({ at, ...each }) => auditLine(each, at)));
    const rates = createCallRates(keptCalls(store, startedAt));
    expect(rates.tooMany(ann, undefined, 'web.fetch_page', startedAt)).toBeUndefined();
    rates.note(ann, undefined, 'web.fetch_page', startedAt + 1);
    expect(rates.tooMany(ann, undefined, 'web.fetch_page', startedAt + 2)).toMatch(/within a minute/);
    expect(rates.tooMany({ key: 'a2', name: 'Bob' }, undefined, 'web.fetch_page', startedAt + 2)).toBeUndefined();
    expect(rates.tooMany(ann, undefined, 'web.fetch_page', startedAt + 61_000)).toBeUndefined();
  }));

it('counts the calls that the journal of a run has from before the start', () =>
  withStore(async ({ store }) => {
    store.runs.create({
      ...{ id: run, title: 'T', kind: 'turn', origin: { kind: 'manual', by: 'cli' }, startedAt: 1, inputs: {} },
      grant: { tools: [], folders: [] },
    });
    for (let i = 0; i < maxPerRun - 1; i += 1)
      void store.runs.append(run, { type: 'step-start', at: 10 + i, step: `tool-0-${i}`, node: 'files.read_text', attempt: 1 });
    void store.runs.append(run, { type: 'step-start', at: 5, step: 'model-0', node: 'model', attempt: 1 });
    await store.runs.flush();
    const rates = createCallRates(keptCalls(store, 100_000));
    expect(rates.tooMany(ann, run, 'files.read_text', 100_001)).toBeUndefined();
    rates.note(ann, run, 'files.read_text', 100_002);
    expect(rates.tooMany(ann, run, 'files.read_text', 200_000)).toMatch(/calls in this run/);
    expect(rates.tooMany(ann, 'r2' as RunId, 'files.read_text', 200_000)).toBeUndefined();
  }));

it('counts from the start where the log cannot be read: nobody is kept from calling by that', () => {
  const audit = {
    list: () => {
      throw new AppError('database-unreachable', 'The database file cannot be opened.');
    },
  };
  const rates = createCallRates(keptCalls({ audit }, 1000));
  expect(rates.tooMany(ann, undefined, 'web.fetch_page', 2000)).toBeUndefined();
  for (let i = 0; i < maxPerMinute; i += 1) rates.note(ann, undefined, 'web.fetch_page', 2000);
  expect(rates.tooMany(ann, undefined, 'web.fetch_page', 2001)).toMatch(/within a minute/);
});

it('a clock that is put back neither forgets what was called nor holds it for as long', () => {
  const rates = createCallRates();
  const now = 10_000_000;
  for (let i = 0; i < maxPerMinute; i += 1) rates.note(ann, undefined, 'web.fetch_page', now + i);
  const earlier = now - 3_600_000;
  expect(rates.tooMany(ann, undefined, 'web.fetch_page', earlier)).toMatch(/within a minute/);
  expect(rates.tooMany(ann, undefined, 'web.fetch_page', earlier + 59_000)).toMatch(/within a minute/);
  expect(rates.tooMany(ann, undefined, 'web.fetch_page', earlier + 60_001)).toBeUndefined();
});
