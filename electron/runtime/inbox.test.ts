import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupAlike } from '../../shared/model/alike.ts';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import type { InboxRequest } from '../../shared/model/grant.ts';
import type { InboxId, JobId, RunId, ServerId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { RunOrigin } from '../../shared/model/run.ts';
import { type OpenedStore, openStore } from '../adapters/sqlite/open.ts';
import { createRunHub } from './engine/run-hub.ts';
import { createInbox } from './inbox.ts';
import { createSettings } from './settings.ts';

let folder: string;
let opened: OpenedStore;
let n = 0;
const ids = {
  next: () => {
    n += 1;
    return `id${String(n).padStart(4, '0')}`;
  },
};
let ahead = 0;
const clock = { now: () => Date.now() + ahead };
const log = { error: () => undefined };
const told: NewAuditEntry[] = [];
const audit = { record: (entry: NewAuditEntry) => void told.push(entry) };
const made: { close(): void }[] = [];
const make = () => {
  const hub = createRunHub({ runs: opened.store.runs, log });
  const inbox = createInbox({ store: opened.store, clock, ids, log, hub, settings: createSettings(opened.store.settings), audit });
  made.push(inbox);
  return { hub, inbox };
};
let run: RunId;
const newRun = (hub: ReturnType<typeof make>['hub'], origin: RunOrigin = { kind: 'manual', by: 'cli' }) => {
  const id = ids.next() as RunId;
  hub.create({
    id,
    title: 't',
    kind: 'turn',
    origin,
    startedAt: 1,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  return id;
};
const approval = (hash: string): InboxRequest => ({
  kind: 'approval',
  server: 's' as ServerId,
  tool: 't',
  args: {},
  hash,
  reason: 'r',
  action: 'a',
  undoable: false,
});
const question: InboxRequest = {
  kind: 'question',
  question: 'How many?',
  schema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] },
};
const context = (signal = new AbortController().signal) => {
  const told: string[] = [];
  return { told, signal, waiting: async () => void told.push('waiting'), answered: async () => void told.push('answered') };
};
const onlyOpen = async () => {
  await expect.poll(() => opened.store.inbox.openCount()).toBe(1);
  return opened.store.inbox.list({ status: 'open', limit: 5 })[0]?.id as InboxId;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-inbox-'));
  opened = openStore({ folder });
});
afterEach(async () => {
  ahead = 0;
  for (const inbox of made.splice(0)) inbox.close();
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the inbox', () => {
  it('waits, is answered once, and tells the step before and after', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const at = context();
    const asked = inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, at);
    const id = await onlyOpen();
    const answer = { kind: 'approval', answer: 'once', hash: 'h' } as const;
    expect(inbox.answer(id, answer)).toMatchObject({ status: 'answered', answer });
    expect(await asked).toEqual(answer);
    expect(at.told).toEqual(['waiting', 'answered']);
    expect(() => inbox.answer(id, { ...answer, answer: 'deny' })).toThrow(expect.objectContaining({ code: 'already-answered' }));
    expect(opened.store.inbox.get(id)?.answer).toEqual(answer);
  });

  it('withdraws the questions of an ended run also among very many others', async () => {
    const { hub, inbox } = make();
    const first = newRun(hub);
    const stop = new AbortController();
    const pending = [inbox.ask({ run: first, step: 'x', title: 't', request: question }, context(stop.signal))];
    for (let i = 0; i < 520; i += 1)
      pending.push(inbox.ask({ run: newRun(hub), step: 'x', title: 't', request: question }, context(stop.signal)));
    const settled = Promise.allSettled(pending);
    expect(opened.store.inbox.openCount()).toBe(521);
    await hub.record(first, { type: 'run-end', at: 2, status: 'cancelled' });
    expect(opened.store.inbox.openCount()).toBe(520);
    stop.abort();
    await settled;
  });

  it('withdraws at its start what a crash left open between the end of a run and its withdrawal', async () => {
    const { hub, inbox } = make();
    const [over, going] = [newRun(hub), newRun(hub)];
    const stop = new AbortController();
    const settled = Promise.allSettled(
      [over, going].map((id) => inbox.ask({ run: id, step: 'x', title: 't', request: question }, context(stop.signal))),
    );
    await opened.store.runs.append(over, { type: 'run-end', at: 2, status: 'cancelled' }).durable;
    stop.abort();
    await settled;
    expect(opened.store.inbox.openCount()).toBe(2);
    make();
    expect(opened.store.inbox.list({ status: 'open', limit: 5 }).map((item) => item.run)).toEqual([going]);
  });

  it('refuses another hash, another kind, a value that does not fit, and an unknown id', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const asked = inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context());
    const id = await onlyOpen();
    expect(() => inbox.answer(id, { kind: 'approval', answer: 'always', hash: 'other' })).toThrow(
      expect.objectContaining({ code: 'approval-mismatch' }),
    );
    expect(() => inbox.answer(id, { kind: 'question', value: 1 })).toThrow(expect.objectContaining({ code: 'answer-mismatch' }));
    expect(() => inbox.answer('nope' as InboxId, { kind: 'question', value: 1 })).toThrow(
      expect.objectContaining({ code: 'inbox-not-found' }),
    );
    expect(opened.store.inbox.get(id)?.status).toBe('open');
    inbox.answer(id, { kind: 'approval', answer: 'deny', hash: 'h' });
    await asked;
    const second = inbox.ask({ run, step: 'q', title: 't', request: question }, context());
    const q = await onlyOpen();
    for (const value of ['three', { n: 0 }, {}, null] as JsonValue[])
      expect(() => inbox.answer(q, { kind: 'question', value })).toThrow(expect.objectContaining({ code: 'answer-invalid' }));
    inbox.answer(q, { kind: 'question', value: { n: 3 } });
    expect(await second).toEqual({ kind: 'question', value: { n: 3 } });
  });

  it('finds its question again after a restart, open or answered, and asks nothing twice', async () => {
    const stop = new AbortController();
    const first = make();
    run = newRun(first.hub);
    const cut = first.inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context(stop.signal));
    const id = await onlyOpen();
    stop.abort();
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
    const second = make();
    const again = second.inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context());
    expect(opened.store.inbox.openCount()).toBe(1);
    second.inbox.answer(id, { kind: 'approval', answer: 'once', hash: 'h' });
    await again;
    const at = context();
    expect(await make().inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, at)).toMatchObject({ answer: 'once' });
    // The journal learns of the answer before the effect.
    expect(at.told).toEqual(['answered']);
    expect(opened.store.inbox.openCount()).toBe(0);
  });

  it('keeps several questions of one step apart, and closes an approval for what will not be called any more', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const item = (request: InboxRequest) => ({ run, step: 'x', title: 't', request });
    const old = inbox.ask(item(approval('h1')), context());
    const oldId = await onlyOpen();
    const changed = inbox.ask(item(approval('h2')), context());
    const newId = await onlyOpen();
    expect(newId).not.toBe(oldId);
    expect(opened.store.inbox.get(oldId)).toMatchObject({ status: 'answered', answer: { answer: 'deny' } });
    inbox.answer(newId, { kind: 'approval', answer: 'once', hash: 'h2' });
    await changed;
    const unknown = inbox.ask(item({ kind: 'unknown-outcome', what: 'w', startedAt: 1 }), context());
    inbox.answer(await onlyOpen(), { kind: 'unknown-outcome', answer: 'redo' });
    expect(await unknown).toEqual({ kind: 'unknown-outcome', answer: 'redo' });
    expect(await inbox.ask(item(approval('h2')), context())).toMatchObject({ answer: 'once', hash: 'h2' });
    void old.catch(() => undefined);
  });

  it('has one question for all steps of a run that ask the very same of it, and leaves it to those that still wait', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const ofRun = (step: string, hash: string) => ({ run, step, title: 't', request: approval(hash), isOfRun: true });
    const given = new AbortController();
    const first = inbox.ask(ofRun('x', 'h1'), context(given.signal));
    const second = inbox.ask(ofRun('y', 'h1'), context());
    const id = await onlyOpen();
    given.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    // Its step comes to something else now, and the other one still waits for this.
    const other = inbox.ask(ofRun('x', 'h2'), context());
    await expect.poll(() => opened.store.inbox.openCount()).toBe(2);
    inbox.answer(id, { kind: 'approval', answer: 'once', hash: 'h1' });
    expect(await second).toMatchObject({ answer: 'once', hash: 'h1' });
    inbox.answer(await onlyOpen(), { kind: 'approval', answer: 'deny', hash: 'h2' });
    expect(await other).toMatchObject({ answer: 'deny' });
    // One that comes later has the answer; one that asks for itself alone asks.
    expect(await inbox.ask(ofRun('z', 'h1'), context())).toMatchObject({ answer: 'once' });
    const alone = inbox.ask({ run, step: 'a', title: 't', request: approval('h1') }, context());
    inbox.answer(await onlyOpen(), { kind: 'approval', answer: 'deny', hash: 'h1' });
    expect(await alone).toMatchObject({ answer: 'deny' });
  });

  it('withdraws what an ended run asked, and tells those who watch', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const stop = new AbortController();
    const asked = inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context(stop.signal));
    asked.catch(() => undefined);
    const id = await onlyOpen();
    const watching = new AbortController();
    const seen: number[] = [];
    const reader = (async () => {
      for await (const items of inbox.watch(watching.signal)) {
        seen.push(items.length);
        if (items.length === 0) return;
      }
    })();
    await expect.poll(() => seen).toEqual([1]);
    await hub.record(run, { type: 'run-end', at: 2, status: 'cancelled' });
    await reader;
    stop.abort();
    expect(() => inbox.answer(id, { kind: 'approval', answer: 'once', hash: 'h' })).toThrow(
      expect.objectContaining({ code: 'inbox-withdrawn' }),
    );
  });

  const byJob: RunOrigin = { kind: 'job', job: 'j1' as JobId };
  const hour = 3_600_000;

  it('an approval of a run with nobody there ends by the settings, and counts as no', async () => {
    const { hub, inbox } = make();
    const parent = newRun(hub, byJob);
    run = newRun(hub, { kind: 'sub-workflow', run: parent, step: 's' });
    const at = context();
    const asked = inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, at);
    const refused = expect(asked).rejects.toMatchObject({ code: 'approval-expired', hint: expect.any(String) });
    const id = await onlyOpen();
    const item = opened.store.inbox.get(id);
    expect(item).toMatchObject({ job: 'j1', status: 'open' });
    expect(item?.expiresAt).toBeCloseTo((item?.createdAt ?? 0) + 72 * hour, -2);
    ahead = 71 * hour;
    make();
    expect(opened.store.inbox.get(id)?.status).toBe('open');
    ahead = 73 * hour;
    // Too late, even before anybody has looked.
    expect(() => inbox.answer(id, { kind: 'approval', answer: 'once', hash: 'h' })).toThrow(
      expect.objectContaining({ code: 'inbox-expired' }),
    );
    await refused;
    expect(told.splice(0)).toMatchObject([{ kind: 'answer', actor: { kind: 'app' }, outcome: 'denied', run, step: 'x' }]);
    expect(at.told).toEqual(['waiting']);
    expect(opened.store.inbox.get(id)).toMatchObject({ status: 'expired' });
    expect(opened.store.inbox.list({ status: 'answered', limit: 5 }).map((each) => each.id)).toEqual([id]);
    // Taken up again, the step hears the same.
    await expect(make().inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context())).rejects.toMatchObject({
      code: 'approval-expired',
    });
  });

  it('what ended while no host was there is found at the next start, and the timer finds the rest', async () => {
    const first = make();
    run = newRun(first.hub, byJob);
    const stop = new AbortController();
    const soon = { run, title: 't', request: question, expiresAt: clock.now() + 300 };
    const cut = first.inbox.ask({ ...soon, step: 'old' }, context(stop.signal));
    await onlyOpen();
    stop.abort();
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
    first.inbox.close();
    ahead = hour;
    const second = make();
    expect(opened.store.inbox.openCount()).toBe(0);
    await expect(second.inbox.ask({ ...soon, step: 'new', expiresAt: clock.now() + 50 }, context())).rejects.toMatchObject({
      code: 'question-expired',
    });
    // A question was no permission: its run says what became of it.
    expect(told).toEqual([]);
  });

  it('an approval that a person’s own run waits for ends after the hours of the settings, and not at all with none', async () => {
    const { hub, inbox } = make();
    run = newRun(hub);
    const asked = inbox.ask({ run, step: 'x', title: 't', request: approval('h') }, context());
    const id = await onlyOpen();
    expect(opened.store.inbox.get(id)?.expiresAt).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    inbox.answer(id, { kind: 'approval', answer: 'deny', hash: 'h' });
    await asked;
    opened.store.settings.put({ ...opened.store.settings.get(), chatApprovalHours: 0 });
    const again = make();
    const waits = again.inbox.ask({ run, step: 'y', title: 't', request: approval('h2') }, context());
    const other = await onlyOpen();
    expect(opened.store.inbox.get(other)?.expiresAt).toBeUndefined();
    again.inbox.answer(other, { kind: 'approval', answer: 'deny', hash: 'h2' });
    await waits;
  });
});

describe('equal questions of a job', () => {
  const jobRun = (hub: ReturnType<typeof make>['hub'], job = 'job1') => newRun(hub, { kind: 'job', job: job as JobId });
  const approval = (step: string, over: object = {}): InboxRequest => ({
    kind: 'approval',
    server: 'files' as ServerId,
    tool: 'write_text',
    args: { path: '/a' },
    hash: `hash of ${step} ${JSON.stringify(over)} ${ids.next()}`,
    reason: 'It runs without you.',
    action: 'Write a',
    undoable: false,
    ...over,
  });
  const context = () => ({ signal: new AbortController().signal, waiting: async () => undefined, answered: async () => undefined });

  it('are one with a count, are answered together, each by its own hash, and an answer for another one is refused', async () => {
    const { hub, inbox } = make();
    const asked = [0, 1, 2].map(() => inbox.ask({ run: jobRun(hub), step: 'w', title: 'Nightly', request: approval('w') }, context()));
    const other = inbox.ask({ run: jobRun(hub), step: 'w', title: 'Nightly', request: approval('w', { args: { path: '/b' } }) }, context());
    const elsewhere = inbox.ask({ run: jobRun(hub, 'job2'), step: 'w', title: 'Nightly', request: approval('w') }, context());
    for (const each of [other, elsewhere]) each.catch(() => undefined);
    const groups = groupAlike(opened.store.inbox.list({ status: 'open', limit: 50 }));
    expect(groups.map(({ alike }) => 1 + alike.length).sort()).toEqual([1, 1, 3]);
    const group = groups.find(({ alike }) => alike.length === 2);
    if (group?.item.request.kind !== 'approval') throw new Error('no group');
    const { id } = group.item;
    const given = { kind: 'approval' as const, answer: 'always' as const, hash: group.item.request.hash };
    const strange = groups.find(({ alike }) => alike.length === 0)?.item.id as InboxId;
    expect(() => inbox.answer(id, given, [strange])).toThrow(expect.objectContaining({ code: 'approval-mismatch' }));
    expect(opened.store.inbox.openCount()).toBe(5);
    inbox.answer(
      id,
      given,
      group.alike.map((each) => each.id),
    );
    const answers = await Promise.all(asked);
    // Always is kept once; the others are let go by it.
    expect(answers.map((answer) => (answer.kind === 'approval' ? answer.answer : '')).sort()).toEqual(['always', 'once', 'once']);
    expect(new Set(answers.map((answer) => (answer.kind === 'approval' ? answer.hash : ''))).size).toBe(3);
    expect(opened.store.inbox.openCount()).toBe(2);
  });

  it('of runs by a person, and about what may have happened, stay one each', () => {
    const { hub, inbox } = make();
    const questions = [
      { run: newRun(hub), step: 'w', request: approval('w') },
      { run: newRun(hub), step: 'w', request: approval('w') },
      { run: jobRun(hub), step: 'p', request: { kind: 'unknown-outcome' as const, what: 'Post', startedAt: 1 } },
      { run: jobRun(hub), step: 'p', request: { kind: 'unknown-outcome' as const, what: 'Post', startedAt: 1 } },
    ];
    for (const each of questions) inbox.ask({ title: 'Nightly', ...each }, context()).catch(() => undefined);
    expect(groupAlike(opened.store.inbox.list({ status: 'open', limit: 50 }))).toHaveLength(4);
  });
});
