// The service: together in one commit, never throwing, and nothing forgotten that the disk refused for a while.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type AuditEntry, allowedBy, type NewAuditEntry } from '../../../shared/model/audit.ts';
import { fieldsOfLine, plainEntry } from '../../../shared/model/audit-line.ts';
import type { AuditWritten } from '../audit-ports.ts';
import type { AuditStore } from '../ports.ts';
import { createAudit } from './audit.ts';

const state = {
  isFull: false,
  commits: 0,
  waiting: [] as number[],
  anchors: 0,
  isLate: false,
  answer: undefined as (() => void) | undefined,
};
let kept: AuditEntry[] = [];
const store = {
  append(lines: readonly string[]) {
    if (state.isFull) throw new AppError('disk-full', 'The disk is full.');
    state.commits += 1;
    for (const line of lines) kept.push(plainEntry(kept.length + 1, fieldsOfLine(line)) as AuditEntry);
    return kept.length;
  },
  send(given: readonly string[], written: (result: AuditWritten) => void) {
    // A thread has a copy: what comes to the caller's list afterwards is not written with it.
    const lines = [...given];
    const write = (): void => {
      let result: AuditWritten;
      try {
        result = { last: store.append(lines) };
      } catch (error) {
        result = { error: error as AppError };
      }
      written(result);
    };
    // Like a thread: the answer comes later, or at once to who waits for it.
    if (!state.isLate) return write();
    const timer = setTimeout(() => state.answer?.(), 50);
    state.answer = () => {
      clearTimeout(timer);
      state.answer = undefined;
      write();
    };
  },
  settle: () => state.answer?.(),
  showWaiting: (count: number) => void state.waiting.push(count),
  anchor: async () => {
    state.anchors += 1;
    return true;
  },
  seal: async () => ({ sealed: 0, removed: 0 }),
} as unknown as AuditStore;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const make = () =>
  createAudit({
    ports: {
      store: { audit: store },
      clock: { now: () => Date.now(), sleep: async () => undefined },
      log: quiet,
      vault: { redact: (text: string) => text },
    } as never,
    settings: { get: () => ({ keepAuditDays: 0 }) } as never,
  });
const entry = (what: string): NewAuditEntry => ({
  kind: 'call',
  actor: { kind: 'app', name: 'Orrery' },
  what,
  outcome: 'done',
  reason: '',
});

beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
  Object.assign(state, { isFull: false, commits: 0, waiting: [], anchors: 0, isLate: false, answer: undefined });
});
afterEach(() => vi.useRealTimers());

it('writes what comes together in one commit, and tells it', async () => {
  const audit = make();
  const told: number[] = [];
  audit.onEntry((entries) => told.push(entries.length));
  for (let i = 0; i < 50; i += 1) audit.record(entry(`e${i}`));
  expect(state.commits).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(state.commits).toBe(1);
  expect(kept.map((each) => each.what)).toEqual(Array.from({ length: 50 }, (_, i) => `e${i}`));
  expect(told).toEqual([50]);
});

it('says when what was recorded until then is written, without waiting for others or holding up anything', async () => {
  const audit = make();
  await audit.written();
  state.isLate = true;
  audit.begin(entry('begun'));
  audit.record(entry('a'));
  let isDone = false;
  const first = audit.written().then(() => {
    isDone = true;
  });
  // Not gathered for a tenth of a second, but on its way by then.
  await vi.advanceTimersByTimeAsync(20);
  audit.record(entry('b'));
  const second = audit.written();
  expect([isDone, kept]).toEqual([false, []]);
  await vi.advanceTimersByTimeAsync(40);
  await first;
  expect(kept.map((each) => each.what)).toEqual(['a', 'begun']);
  await vi.advanceTimersByTimeAsync(60);
  await second;
  expect(kept.map((each) => each.what)).toEqual(['a', 'begun', 'b']);
});

it('lets go of who waits for what the disk refuses, and of who asks while the host closes', async () => {
  const audit = make();
  state.isFull = true;
  audit.record(entry('a'));
  const refused = audit.written();
  await vi.advanceTimersByTimeAsync(5);
  await refused;
  expect(kept).toEqual([]);
  state.isFull = false;
  // Tried at once, and not only when it is time to try again.
  const taken = audit.written();
  await vi.advanceTimersByTimeAsync(5);
  await taken;
  expect(kept.map((each) => each.what)).toEqual(['a']);
  audit.settle();
  audit.record(entry('b'));
  await audit.written();
  expect(kept).toHaveLength(2);
});

it('throws nothing, and keeps what the disk refuses until it takes it', async () => {
  const audit = make();
  state.isFull = true;
  audit.record(entry('a'));
  audit.record(entry('b'));
  expect(() => audit.record(undefined as never)).not.toThrow();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept).toEqual([]);
  expect(state.waiting.at(-1)).toBeGreaterThan(0);
  state.isFull = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept.map((each) => each.what)).toEqual(['a', 'b']);
  expect(state.waiting.at(-1)).toBe(0);
});

it('counts what it could not hold, and says so in the log', async () => {
  const audit = make();
  state.isFull = true;
  for (let i = 0; i < 20_010; i += 1) audit.record(entry(`e${i}`));
  state.isFull = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept).toHaveLength(20_001);
  expect(kept.at(-1)).toMatchObject({ what: 'audit:lost', reason: expect.stringContaining('10 entries') });
});

it('anchors every so often and at its end, and takes nothing after it', async () => {
  const audit = make();
  for (let i = 0; i < 250; i += 1) audit.record(entry(`e${i}`));
  await vi.advanceTimersByTimeAsync(200);
  expect(state.anchors).toBe(1);
  audit.settle();
  audit.record(entry('late'));
  expect(kept.at(-1)?.what).toBe('late');
  await audit.close();
  expect(state.anchors).toBe(2);
  audit.record(entry('too late'));
  expect(kept.at(-1)?.what).toBe('late');
});

it('keeps the order and loses nothing while answers come late, whoever waits for them', async () => {
  const audit = make();
  state.isLate = true;
  const told: string[] = [];
  audit.onEntry((entries) => told.push(...entries.map((each) => each.what)));
  const all = (count: number) => Array.from({ length: count }, (_, i) => `e${i}`);
  for (let i = 0; i < 1500; i += 1) audit.record(entry(`e${i}`));
  // So many are sent at once.
  await vi.advanceTimersByTimeAsync(10);
  expect(told).toEqual([]);
  expect(state.answer).toBeDefined();
  for (let i = 1500; i < 1600; i += 1) audit.record(entry(`e${i}`));
  audit.flush();
  expect(kept.map((each) => each.what)).toEqual(all(1600));
  expect(told).toEqual(all(1600));
  // One that is refused late stays the first of the queue.
  for (let i = 1600; i < 1700; i += 1) audit.record(entry(`e${i}`));
  await vi.advanceTimersByTimeAsync(110);
  state.isFull = true;
  audit.record(entry('e1700'));
  audit.flush();
  expect(kept).toHaveLength(1600);
  expect(state.waiting.at(-1)).toBe(101);
  state.isFull = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept.map((each) => each.what)).toEqual(all(1701));
});

it('anchors what an earlier start left, soon after it began, and not on the way there', async () => {
  const audit = make();
  audit.start();
  expect(state.anchors).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(state.anchors).toBe(1);
  await audit.close();
  expect(state.anchors).toBe(2);
});

const allowed: NewAuditEntry = {
  ...{
    kind: 'decision',
    actor: { kind: 'app', name: 'Orrery' },
    what: 'files.read_text',
    outcome: 'allowed',
    reason: 'Its grant allows it.',
  },
  details: { rule: 'grant', grant: 'g1' },
};

it('keeps a quick call and why it was allowed as one entry', async () => {
  const audit = make();
  const ended = audit.begin(allowed);
  await vi.advanceTimersByTimeAsync(20);
  ended({ ...entry('files.read_text'), reason: 'It was called.', details: { args: '{}' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({
    ...{ kind: 'call', outcome: 'done', reason: 'It was called.' },
    details: { args: '{}', rule: 'grant', grant: 'g1', why: 'Its grant allows it.' },
  });
  expect(allowedBy(kept[0] as AuditEntry)).toEqual({ rule: 'grant', grant: 'g1', why: 'Its grant allows it.' });
});

it('tells of what takes longer while it goes, and at its end again', async () => {
  const audit = make();
  const began = Date.now();
  const ended = audit.begin(allowed);
  await vi.advanceTimersByTimeAsync(250);
  expect(kept).toMatchObject([{ kind: 'decision', at: began }]);
  ended({ ...entry('files.read_text'), run: 'r1' as never, step: 's' });
  await vi.advanceTimersByTimeAsync(250);
  expect(kept).toMatchObject([{ kind: 'decision' }, { kind: 'call' }]);
  expect(kept[1]?.details).toBeUndefined();
});

it('says of a slow call by hand once more why it was allowed, as no run leads to its decision', async () => {
  const audit = make();
  const ended = audit.begin(allowed);
  await vi.advanceTimersByTimeAsync(250);
  ended(entry('files.read_text'));
  await vi.advanceTimersByTimeAsync(250);
  expect(kept).toMatchObject([
    { kind: 'decision' },
    { kind: 'call', details: { rule: 'grant', why: 'Its grant allows it.', decided: true } },
  ]);
});

it('tells of what goes on also where the clock was put back', async () => {
  const audit = make();
  audit.begin(allowed);
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(500);
  expect(kept).toMatchObject([{ kind: 'decision', what: 'files.read_text' }]);
  await audit.close();
});

it('loses no decision of a call that never ends, and of one that begins while the host closes', async () => {
  const audit = make();
  audit.begin(allowed);
  audit.flush();
  expect(kept).toMatchObject([{ kind: 'decision' }]);
  const ended = audit.begin({ ...allowed, what: 'b' });
  audit.settle();
  expect(kept.map((each) => each.what)).toEqual(['files.read_text', 'b']);
  ended(entry('b'));
  audit.begin({ ...allowed, what: 'c' });
  expect(kept.map((each) => each.kind)).toEqual(['decision', 'decision', 'call', 'decision']);
  await audit.close();
});

it('tells each of many that are under way while the host closes once, in their order', async () => {
  const audit = make();
  const ends = Array.from({ length: 3000 }, (_, i) => audit.begin({ ...allowed, what: `w${i}` }));
  audit.settle();
  expect(kept.map((each) => each.what)).toEqual(ends.map((_, i) => `w${i}`));
  ends[1]?.(entry('w1'));
  expect(kept.slice(3000)).toMatchObject([{ kind: 'call', what: 'w1' }]);
  await audit.close();
});

it('writes by itself and at once what the log’s thread had not written when it was lost, without a banner', async () => {
  const audit = make();
  const { send } = store;
  let tries = 0;
  store.send = (lines, written) => {
    tries += 1;
    if (tries === 1) return written({ error: new AppError('audit-thread-gone', 'The thread ended.') });
    send(lines, written);
  };
  try {
    audit.record(entry('a'));
    await vi.advanceTimersByTimeAsync(150);
    expect(kept.map((each) => each.what)).toEqual(['a']);
    expect(state.waiting).toEqual([]);
  } finally {
    store.send = send;
  }
});

it('keeps what comes while others are being written', async () => {
  state.isLate = true;
  const audit = make();
  const told: number[] = [];
  audit.onEntry((entries) => told.push(...entries.map(({ seq }) => seq)));
  for (const what of ['a', 'b', 'c']) audit.record(entry(what));
  await vi.advanceTimersByTimeAsync(120);
  for (const what of ['d', 'e']) audit.record(entry(what));
  await vi.advanceTimersByTimeAsync(1000);
  expect(kept.map(({ what }) => what)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(told).toEqual([1, 2, 3, 4, 5]);
});
