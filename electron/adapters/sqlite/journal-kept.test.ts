// What goes to a page as the texts of rows is, once unfolded there, what the journal gives as events: however the rows were written,
// whatever they nest, and wherever they are cut.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { type KeptRows, keptRowsOnWire } from '../../../shared/model/kept-rows.ts';
import type { RunEvent, SequencedEvent } from '../../../shared/model/run.ts';
import { checksumOf } from './journal-packs.ts';
import type { OpenedStore } from './open.ts';
import { newRun, stepDone, withStore } from './test-support.ts';

const r = 'r' as RunId;
const most = { events: 20_000, chars: 3_000_000 };
const unfolded = ({ text }: KeptRows): SequencedEvent[] => keptRowsOnWire.deserialize(JSON.parse(text));

/** Looks like events of a run, and like none that is known. */
const nested = {
  content: [{ type: 'text', text: 'a “quoted” {"type":"step-done"}\u2028' }],
  events: [{ type: 'step-done', at: 1 }, { type: 'from-tomorrow' }],
};
const withOutput = (step: string, out: unknown): RunEvent => ({ ...stepDone(step), outputs: { out } }) as RunEvent;

/** Rows of one to nine events of all sorts. */
async function fill({ store }: OpenedStore): Promise<void> {
  store.runs.create(newRun('r'));
  const outs = ['plain', nested, nested.events[0], [nested.events[0], nested.events[0]], JSON.parse('{"__proto__":{"a":1},"b":2}')];
  for (let i = 0, size = 1; i < 120; i += 1) {
    void store.runs.append(r, withOutput(`s${i}`, outs[i % 7] ?? i));
    // Its type is not in front.
    if (i % 11 === 0) void store.runs.append(r, { at: 1, step: `k${i}`, node: 'k', type: 'step-skipped' } as RunEvent);
    if (i % size !== 0) continue;
    await store.runs.flush();
    size = 1 + ((size * 7 + i) % 9);
  }
  void store.runs.append(r, { type: 'run-end', at: 9, status: 'done' });
  await store.runs.flush();
}

const withoutHostile = (events: SequencedEvent[]): SequencedEvent[] =>
  JSON.parse(JSON.stringify(events), (key, value: unknown) => (key === '__proto__' ? undefined : value));

test('rows are the events that they hold, without keys that reach a prototype', () =>
  withStore(async (opened) => {
    await fill(opened);
    const { runs } = opened.store;
    const all = runs.readEvents(r);
    expect(JSON.stringify(all)).toContain('"__proto__"');
    for (const limits of [most, ...[1, 2, 7, 50, 129, 131, 132, 140].map((events) => ({ ...most, events })), { events: 99, chars: 2000 }])
      for (const after of [0, 1, 2, 17, 90, all.length - 1, all.length, all.length + 3]) {
        const given = runs.readNewestRows(r, limits, after);
        const { events, leftOut } = runs.readNewest(r, limits, after);
        expect(unfolded(given.rows)).toEqual(withoutHostile(events));
        expect(given.rows.text).not.toContain('__proto__');
        expect([given.leftOut, given.last]).toEqual([leftOut, events.at(-1)?.seq ?? after]);
      }
    expect(unfolded(runs.readNewestRows(r, most).rows)).toHaveLength(all.length);
  }));

test('so they are while they wait among rows of many runs, and before the run is on disk', () =>
  withStore(async ({ store }) => {
    const names = Array.from({ length: 12 }, (_, i) => `r${i}` as RunId);
    for (const id of names) store.runs.create(newRun(id));
    expect(store.runs.readNewestRows(names[3] as RunId, most)).toMatchObject({ last: 0, leftOut: 0, rows: { text: '[]' } });
    await store.runs.flush();
    for (let i = 0; i < 5; i += 1) await Promise.all(names.map((id) => store.runs.append(id, stepDone(`s${i}`)).durable));
    for (const limits of [most, { ...most, events: 2 }])
      expect(unfolded(store.runs.readNewestRows('r5' as RunId, limits).rows)).toEqual(store.runs.readNewest('r5' as RunId, limits).events);
  }));

/** Writes other text into a row of the journal, with the checksum that belongs to it where it is not to be noticed. */
function rewrite(file: string, seq: number, change: (event: string) => string, isSigned: boolean): void {
  const db = new Database(file);
  const { id, event } = db.prepare('select id, event from journal where id % 2097152 = ?').get(seq) as { id: number; event: string };
  const changed = change(event);
  db.prepare('update journal set event = ?, crc = iif(?, ?, crc) where id = ?').run(
    changed,
    isSigned ? 1 : 0,
    checksumOf(r, seq, changed),
    id,
  );
  db.close();
}

test.each<[string, (event: string) => string, boolean, string]>([
  ['a changed row', (event) => event.replace('"s3"', '"s4"'), false, 'journal-damaged'],
  ['a row with an event too few', (event) => event.replace(/,\{"type":"step-skipped".*?\}/, ''), true, 'journal-damaged'],
  [
    'a row with an event too many',
    (event) => event.replace(/\]$/, ',{"type":"run-status","at":1,"status":"running"}]'),
    true,
    'journal-damaged',
  ],
  ['a type of tomorrow in a row of several', (event) => event.replace('"step-skipped"', '"from-tomorrow"'), true, 'journal-newer'],
  [
    'a type of tomorrow beside something nested that looks known',
    (event) => event.replace('"step-skipped"', '"from-tomorrow"').replace('"out":"x"', '"out":{"type":"step-done"}'),
    true,
    'journal-newer',
  ],
])('%s is refused, not sent', (_, change, isSigned, code) =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    await store.runs.flush();
    void store.runs.append(r, stepDone('s2'));
    void store.runs.append(r, stepDone('s3'));
    await store.runs.append(r, { type: 'step-skipped', at: 1, step: 's4', node: 'n' }).durable;
    await store.runs.append(r, stepDone('s5')).durable;
    rewrite(info.file, 4, change, isSigned);
    const refused = expect.objectContaining({ code });
    expect(() => store.runs.readNewestRows(r, most)).toThrow(refused);
    expect(() => store.runs.readNewest(r, most)).toThrow(refused);
  }),
);

/** Nested in an answer, each looks like an event that is known. */
const lookalikes: [string, unknown][] = [
  ['an object', { type: 'step-done' }],
  ['a list', [{ type: 'step-done' }]],
  ['a list after something else', [1, {}, { type: 'step-done' }]],
  ['a list of lists', [[{ a: 1 }], { type: 'step-done' }]],
  ['a text that says so', '},{"type":"step-done"},{\\'],
];

test.each(lookalikes)('a row that is missing is not made up for by %s in the next one', (_, out) =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    await store.runs.flush();
    await store.runs.append(r, stepDone('s2')).durable;
    void store.runs.append(r, withOutput('s3', out));
    await store.runs.append(r, stepDone('s4')).durable;
    const whole = store.runs.readEvents(r);
    expect(unfolded(store.runs.readNewestRows(r, most).rows)).toEqual(whole);
    expect(store.runs.readNewest(r, most).events).toEqual(whole);
    const db = new Database(info.file);
    db.exec('delete from journal where id % 2097152 = 2');
    db.close();
    const damaged = expect.objectContaining({ code: 'journal-damaged' });
    expect(() => store.runs.readNewestRows(r, most)).toThrow(damaged);
    expect(() => store.runs.readNewest(r, most)).toThrow(damaged);
  }),
);

test('what one event nests does not make it two', () =>
  withStore(async ({ store, info }) => {
    store.runs.create(newRun('r'));
    await store.runs.flush();
    await store.runs.append(r, stepDone('s2')).durable;
    await store.runs.append(r, withOutput('s3', { type: 'step-done' })).durable;
    const db = new Database(info.file);
    db.exec('delete from journal where id % 2097152 = 2');
    db.close();
    expect(() => store.runs.readNewest(r, most)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
  }));
