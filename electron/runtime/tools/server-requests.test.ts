import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { RunId, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { toolHostRest } from '../../../tests/helpers/tool-host-rest.ts';
import { sha256 } from '../../adapters/hash.ts';
import { timeSortedIds } from '../../adapters/ids.ts';
import { type OpenedStore, openStore } from '../../adapters/sqlite/open.ts';
import { createRunHub } from '../engine/run-hub.ts';
import { createInbox } from '../inbox.ts';
import { createPolicy } from '../policy/create-policy.ts';
import type { ModelEvent, Ports, ServerRequests } from '../ports.ts';
import { raisedBudget } from './sampling-budget.ts';
import { createServerRequests } from './server-requests.ts';

const server = 'notes' as ServerId;
const reach = { sandbox: 'on' as const, folders: [], hosts: [], roots: [] };
const never = () => new AbortController().signal;
let folder: string;
let opened: OpenedStore;
let requests: ServerRequests;
let hub: ReturnType<typeof createRunHub>;
let inbox: ReturnType<typeof createInbox>;
let policy: ReturnType<typeof createPolicy>;
let budget: number;
let model = 'local/small';
let hostKind: 'headless' | 'cli' = 'headless';
const started: number[] = [];
let said: ModelEvent[];
let hasModel = true;
const records: NewAuditEntry[] = [];

function make(): void {
  const ids = timeSortedIds();
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
  hub = createRunHub({ runs: opened.store.runs, log });
  inbox = createInbox({ store: opened.store, clock, ids, log, hub, settings: { get: () => defaultSettings } });
  const config = () => ({
    id: server,
    title: 'Notes',
    command: 'notes',
    args: [],
    env: {},
    enabled: true,
    reach: { ...reach, samplingTokens: budget },
  });
  opened.store.servers.put(config());
  const tools = {
    ...toolHostRest,
    start: async (next: ServerConfig) => {
      budget = next.reach?.samplingTokens ?? 0;
      started.push(budget);
    },
    servers: () => [
      {
        id: server,
        title: 'Notes',
        kind: 'child',
        state: 'ready',
        restarts: 0,
        toolCount: 0,
        stderr: [],
        config: config(),
      },
    ],
    tools: () => [],
  } as unknown as Ports['tools'];
  const vault = { redact: (text: string) => text.replaceAll('hunter22', '[secret:pw]') } as Ports['vault'];
  const host = { info: () => ({ host: hostKind }) } as Ports['host'];
  const ports = { tools, store: opened.store, clock, ids, vault, hash: sha256, log, host };
  const record = (entry: NewAuditEntry): void => void records.push(entry);
  const audit = { record, begin: () => record };
  policy = createPolicy({ ports, inbox, audit });
  const models = {
    resolve: async () => {
      if (!hasModel) throw new AppError('no-model', 'There is no model.');
      return { ref: model, config: {} as never, model: 'small' };
    },
    async *chat() {
      yield* said;
    },
  };
  requests = createServerRequests({ ports, policy, models, inbox, audit });
}
const unmake = async (): Promise<void> => {
  policy.close();
  inbox.close();
  await opened.close();
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-asks-'));
  opened = openStore({ folder });
  budget = 1000;
  model = 'local/small';
  hostKind = 'headless';
  started.length = 0;
  records.length = 0;
  said = [
    { type: 'text', text: 'Rust ' },
    { type: 'text', text: 'and hunter22' },
    { type: 'end', usage: { inputTokens: 4, outputTokens: 6 }, reason: 'stop' },
  ];
  make();
});
afterEach(async () => {
  await unmake();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (more: object = {}) =>
  requests.sample(server, { messages: [{ role: 'user', text: 'What?' }], maxTokens: 100, hints: [], ...more }, never());

describe('sampling', () => {
  it('gives a reply, redacted, and records it', async () => {
    expect(await ask()).toEqual({ text: 'Rust and [secret:pw]', model: 'local/small', stopReason: 'endTurn' });
    expect(records.map((each) => `${each.kind} ${each.outcome}`)).toEqual(['decision allowed', 'call done']);
  });
  it('is refused in words where the server has no tokens, and asked about when they are used up, over a restart too', async () => {
    budget = 0;
    await expect(ask()).rejects.toMatchObject({ code: 'denied', message: 'Notes may not use your models.' });
    await again(250);
    await ask();
    await ask();
    await again(250);
    const third = ask();
    third.catch(() => undefined);
    expect(approvalOf(await open())).toMatchObject({ reason: expect.stringContaining('of the 250 tokens') });
  });
  it('that no model can answer uses none of its tokens', async () => {
    budget = 150;
    hasModel = false;
    for (let i = 0; i < 3; i += 1) await expect(ask()).rejects.toMatchObject({ code: 'no-model' });
    hasModel = true;
    expect((await ask()).stopReason).toBe('endTurn');
  });
  it('ends at its number of tokens and at its stop words', async () => {
    said = Array.from({ length: 100 }, () => ({ type: 'text', text: 'four signs.. ' }) as const);
    const long = await ask({ maxTokens: 5 });
    expect(long.stopReason).toBe('maxTokens');
    expect(long.text.length).toBeLessThan(40);
    expect(await ask({ stop: ['signs'] })).toMatchObject({ text: 'four ', stopReason: 'stopSequence' });
  });
});

const again = async (tokens: number): Promise<void> => {
  await unmake();
  opened = openStore({ folder });
  budget = tokens;
  make();
};
const approvalOf = (item: InboxItem) => {
  if (item.request.kind !== 'approval') throw new Error('It is no approval.');
  return item.request;
};
const say = (item: InboxItem, given: 'once' | 'always' | 'deny') =>
  inbox.answer(item.id, {
    kind: 'approval',
    answer: given,
    hash: approvalOf(item).hash,
    ...(given === 'always' ? { choice: 'exact' as const } : {}),
  });

describe('sampling above its budget', () => {
  beforeEach(() => again(100));

  it('asks with the server, the model, what was used and the whole prompt; once holds for this one', async () => {
    const outcome = ask();
    const item = await open();
    expect(approvalOf(item)).toMatchObject({
      server,
      tool: 'sampling',
      action: 'Allow “Notes” up to 103 more tokens of local/small',
      reason: 'Notes used 0 of the 100 tokens of your models that it may use in a day, and asks for 103 more.',
      details: [
        { label: 'Tool server', text: 'Notes' },
        { label: 'Model', text: 'local/small' },
        { label: 'Used today', text: '0 of 100 tokens' },
        { label: 'Tokens at most', text: '103' },
        { label: 'Prompt', text: 'user: What?' },
      ],
      choices: [{ id: 'exact', words: 'Always: let it use up to 200 tokens of your models in a day, in place of 100' }],
    });
    say(item, 'once');
    expect((await outcome).text).toContain('Rust');
    expect(records.map((each) => `${each.kind} ${each.outcome}`)).toEqual(['decision asked', 'answer allowed', 'call done']);
    // It counts, and the next one asks again.
    const next = ask();
    const second = await open(item.id);
    expect(approvalOf(second).details?.[2]).toEqual({ label: 'Used today', text: '103 of 100 tokens' });
    say(second, 'deny');
    await expect(next).rejects.toMatchObject({ code: 'denied', message: 'The person let Notes use no more of their model now.' });
    expect(started).toEqual([]);
  });
  it('raises the budget where the person says so, without a new start; what waited behind it is not asked', async () => {
    const both = [ask(), ask({ maxTokens: 50 })];
    const item = await open();
    expect(opened.store.inbox.openCount()).toBe(1);
    say(item, 'always');
    for (const each of both) expect((await each).model).toBe('local/small');
    expect(opened.store.inbox.openCount()).toBe(0);
    expect([started, opened.store.servers.list()[0]?.reach?.samplingTokens]).toEqual([[200], 200]);
  });
  it('holds for nothing else than what was shown', async () => {
    const outcome = ask();
    const item = await open();
    model = 'cloud/large';
    say(item, 'once');
    await expect(outcome).rejects.toMatchObject({ code: 'approval-mismatch' });
    model = 'local/small';
    const other = ask();
    const second = await open(item.id);
    expect(() => inbox.answer(second.id, { kind: 'approval', answer: 'once', hash: approvalOf(item).hash })).toThrow();
    const { reach: now = { ...reach, samplingTokens: 0 }, ...config } = opened.store.servers.list()[0] as ServerConfig;
    opened.store.servers.put({ ...config, reach: { ...now, samplingTokens: 60 } });
    say(second, 'always');
    await expect(other).rejects.toMatchObject({ code: 'approval-mismatch' });
    expect(started).toEqual([]);
  });
  it('is answered by the model that was shown, also where that was changed while an earlier question waited', async () => {
    const both = [ask(), ask()];
    both[0]?.catch(() => undefined); // looked at below
    const first = await open();
    model = 'cloud/large';
    say(first, 'deny');
    const second = await open(first.id);
    expect(approvalOf(second).details?.[1]).toEqual({ label: 'Model', text: 'cloud/large' });
    say(second, 'once');
    await expect(both[0]).rejects.toMatchObject({ code: 'denied' });
    expect((await both[1])?.model).toBe('cloud/large');
  });
  it('is withdrawn when the server no longer asks, and refused in words where nobody can be asked', async () => {
    const stop = new AbortController();
    const gone = requests.sample(server, { messages: [{ role: 'user', text: 'x' }], maxTokens: 200, hints: [] }, stop.signal);
    gone.catch(() => undefined);
    await open();
    stop.abort();
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
    expect(opened.store.inbox.openCount()).toBe(0);
    hostKind = 'cli';
    await expect(ask()).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/of the 100 tokens.*Nobody can be asked here/),
    });
    expect(opened.store.inbox.openCount()).toBe(0);
  });
  it('offers a round number that is enough, and never more than a budget can be', () => {
    expect(raisedBudget(100, 90, 50)).toBe(200);
    expect(raisedBudget(2000, 1990, 4321)).toBe(6400);
    expect(raisedBudget(10_000_000, 9_999_999, 8000)).toBe(10_000_000);
  });
});

const schema: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Your name' },
    level: { type: 'string', enum: ['low', 'high'], default: 'low' },
    evil: { type: 'string', pattern: '^(a+)+$', $ref: '#' },
    nested: { type: 'object', properties: {} },
    'orrery.send': { type: 'string' },
  },
  required: ['name'],
};
// biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
const namedWhenSent = { if: { properties: { 'orrery.send': { const: true } } }, then: { required: ['name'] } };
const open = async (not?: string): Promise<InboxItem> => {
  let found: InboxItem | undefined;
  await expect
    .poll(() => {
      found = opened.store.inbox.list({ status: 'open', limit: 5 }).find((item) => item.id !== not);
      return found;
    })
    .toBeDefined();
  return found as InboxItem;
};
const answer = (item: InboxItem, value: JsonValue) => inbox.answer(item.id, { kind: 'question', value });
const elicit = (more: object = {}, source?: MemorySource, signal = never()) =>
  requests.elicit(server, { message: 'Who are you?', schema, ...more }, { signal, ...(source === undefined ? {} : { source }) });

describe('questions', () => {
  it('are a form of plain fields; needed ones are asked for again, defaults are filled in', async () => {
    const outcome = elicit();
    const item = await open();
    expect(item.title).toBe('Notes');
    const { request } = item;
    expect(request.kind === 'question' && request.question).toContain('The tool server “Notes” asks:\nWho are you?');
    const form = request.kind === 'question' ? (request.schema as JsonObject) : {};
    expect(form).toMatchObject({
      required: ['orrery.send'],
      properties: { name: { title: 'Your name' }, 'orrery.send': { type: 'boolean' } },
      ...namedWhenSent,
    });
    expect(JSON.stringify(form)).not.toMatch(/pattern|\$ref|nested/);
    // What is missing is said where it was answered, and the question stays as it is.
    expect(() => answer(item, { 'orrery.send': true })).toThrow(
      expect.objectContaining({ code: 'answer-invalid', message: expect.stringContaining('"name"') }),
    );
    expect((await open()).id).toBe(item.id);
    answer(item, { 'orrery.send': true, name: '' });
    const again = await open(item.id);
    expect(again.request.kind === 'question' && again.request.question).toContain('It needs “Your name” too.');
    answer(again, { 'orrery.send': true, name: 'Ada' });
    expect(await outcome).toEqual({ action: 'accept', content: { name: 'Ada', level: 'low' } });
  });
  it('keep what was filled in when a needed one is missing', async () => {
    const outcome = elicit();
    const item = await open();
    answer(item, { 'orrery.send': true, name: '', level: 'high' });
    const again = await open(item.id);
    const form = again.request.kind === 'question' ? (again.request.schema as JsonObject) : {};
    expect(form).toMatchObject({ properties: { level: { default: 'high' }, name: { title: 'Your name' } }, ...namedWhenSent });
    answer(again, { 'orrery.send': false });
    expect(await outcome).toEqual({ action: 'decline' });
  });
  it('send nothing that was filled in at first and is empty now', async () => {
    const properties = { name: { type: 'string' }, age: { type: 'number' }, level: { type: 'string', default: 'low' } };
    const outcome = elicit({ schema: { type: 'object', properties, required: ['name'] } });
    const item = await open();
    answer(item, { 'orrery.send': true, name: '', age: 41 });
    answer(await open(item.id), { 'orrery.send': true, name: 'Ada' });
    expect(await outcome).toEqual({ action: 'accept', content: { name: 'Ada', level: 'low' } });
  });
  it('know a field that is called as what every object has', async () => {
    const outcome = elicit({ schema: { type: 'object', properties: { toString: { type: 'string' } }, required: ['toString'] } });
    const item = await open();
    answer(item, { 'orrery.send': true, toString: '' });
    answer(await open(item.id), { 'orrery.send': true, toString: 'Ada' });
    expect(await outcome).toEqual({ action: 'accept', content: { toString: 'Ada' } });
  });
  it('choose nothing by themselves: values with titles are a list to choose from', async () => {
    const properties = {
      size: { type: 'string', oneOf: [{ const: 's', title: 'Small' }, { const: 'l' }] },
      tags: { type: 'array', items: { anyOf: [{ const: 'a', title: 'An A' }] } },
    };
    const outcome = elicit({ schema: { type: 'object', properties } });
    const item = await open();
    expect(item.request.kind === 'question' && item.request.schema).toMatchObject({
      properties: {
        size: { type: 'string', enum: ['s', 'l'], enumNames: ['Small', 'l'] },
        tags: { items: { type: 'string', enum: ['a'], enumNames: ['An A'] } },
      },
    });
    expect(JSON.stringify(item.request)).not.toContain('oneOf');
    answer(item, { 'orrery.send': true });
    expect(await outcome).toEqual({ action: 'accept', content: {} });
  });
  it('without a field are a yes or a no', async () => {
    const outcome = elicit({ schema: { type: 'object', properties: {} } });
    const item = await open();
    expect(item.request.kind === 'question' && item.request.schema?.properties).toEqual({ 'orrery.send': { type: 'boolean' } });
    answer(item, { 'orrery.send': true });
    expect(await outcome).toEqual({ action: 'accept', content: {} });
  });
  it('are declined, and each is asked anew', async () => {
    for (let i = 0; i < 2; i += 1) {
      const outcome = elicit();
      answer(await open(), { 'orrery.send': false, name: 'kept' });
      expect(await outcome).toEqual({ action: 'decline' });
    }
  });
  it('stand in the run in which the server was called, and go when the server no longer asks', async () => {
    const run = 'r1' as RunId;
    hub.create({
      id: run,
      title: 'Digest',
      kind: 'workflow',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: 1,
      inputs: {},
      grant: { tools: [], folders: [] },
    });
    const stop = new AbortController();
    const outcome = elicit({}, { kind: 'run', run, step: 'call', title: 'Digest' }, stop.signal);
    expect(await open()).toMatchObject({ run, title: 'Digest', step: expect.stringMatching(/^call~/) });
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    expect(opened.store.inbox.openCount()).toBe(0);
  });
  it('left open by a host that ended are withdrawn', async () => {
    const outcome = elicit();
    outcome.catch(() => undefined);
    await open();
    await unmake();
    opened = openStore({ folder });
    make();
    expect(opened.store.inbox.openCount()).toBe(0);
  });
  it('about an address show it whole; hidden signs are spelled out; what is no web address is refused', async () => {
    const outcome = elicit({ message: 'Pay\u202E here', url: 'https://pay.example/x?y=1', schema: undefined });
    const item = await open();
    const text = item.request.kind === 'question' ? item.request.question : '';
    expect(text).toContain('https://pay.example/x?y=1');
    expect(text).toContain('pay.example:');
    expect(text).toMatch(/U\+202E/);
    answer(item, true);
    expect(await outcome).toEqual({ action: 'accept' });
    await expect(elicit({ url: 'javascript:alert(1)' })).rejects.toMatchObject({ code: 'url-not-allowed' });
  });
});
