// What agents and jobs spend on models is counted and held to the grants that limit it, over a restart too.

import { expect, it } from 'vitest';
import type { AgentId, ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { GrantDraft } from '../../../shared/model/policy.ts';
import { sha256 } from '../../adapters/hash.ts';
import { withStore } from '../../adapters/sqlite/test-support.ts';
import type { ModelEvent } from '../ports.ts';
import { programChat } from '../serve/program-chats.ts';
import type { ModelService } from '../services.ts';
import { createPolicy } from './create-policy.ts';
import { noteChat } from './program-spending.ts';
import { withSpending } from './spending.ts';

const by = (id: string) => ({ actor: { kind: 'agent' as const, id, name: 'Ann' } });
const tools = { servers: () => [], tools: () => [] } as never;

function rig(
  store: Parameters<Parameters<typeof withStore>[0]>[0]['store'],
  usage: { inputTokens?: number; outputTokens?: number } = { inputTokens: 60, outputTokens: 40 },
  answers: () => Promise<void> = () => Promise.resolve(),
) {
  const time = { now: 1_800_000_000_000 };
  const clock = { now: () => time.now, sleep: () => Promise.resolve() } as never;
  const make = () =>
    createPolicy({
      ports: { store, tools, hash: sha256, clock, vault: { redact: (text: string) => text } as never },
      inbox: { ask: () => Promise.reject(new Error('asked')) },
    });
  let asked = 0;
  const plain = {
    async *chat(): AsyncIterable<ModelEvent> {
      asked += 1;
      await answers();
      yield { type: 'text', text: 'x'.repeat(40) };
      yield { type: 'end', usage, reason: 'stop' };
    },
  } as unknown as ModelService;
  let policy = make();
  const models = withSpending(plain, { ports: { store, hash: sha256 }, policy: () => policy });
  const ask = async (who: string, run?: RunId, conversation?: ConversationId): Promise<void> => {
    const about = { ...by(who), ...(run === undefined ? {} : { run }), ...(conversation === undefined ? {} : { conversation }) };
    for await (const _ of models.chat('m', {
      messages: [{ role: 'user', text: 'y'.repeat(80) }],
      tools: [],
      by: about,
      signal: new AbortController().signal,
    }));
  };
  const limit = (tokensPerDay: number, more: Partial<GrantDraft> = {}) =>
    policy.grants.put(
      { subject: { kind: 'agent', agent: 'a1' as AgentId }, effect: 'allow', kind: 'sampling', conditions: { tokensPerDay }, ...more },
      { from: 'a test' },
    );
  const restart = (): void => {
    policy = make();
  };
  return { ask, limit, asked: () => asked, restart, policy: () => policy, time };
}

it('counts what was used, stops at the limit, also after a restart, and leaves others alone', () =>
  withStore(async ({ store }) => {
    const { ask, limit, asked, restart } = rig(store);
    limit(250);
    await ask('a1');
    await ask('a1');
    restart();
    await ask('a2');
    await ask('a1'); // 200 + 20 of its prompt
    await expect(ask('a1')).rejects.toMatchObject({ code: 'spend-limit', message: expect.stringContaining('250') });
    expect(asked()).toBe(4);
  }));

it('counts for a day after the clock was put back, not for as long as it was put back, also over restarts', () =>
  withStore(async ({ store }) => {
    const { ask, limit, restart, time } = rig(store);
    const day = 86_400_000;
    limit(110);
    time.now += 365 * day;
    await ask('a1');
    time.now -= 365 * day;
    await expect(ask('a1')).rejects.toMatchObject({ code: 'spend-limit' });
    time.now += day + 1;
    await ask('a1');
    time.now += 30 * day;
    await ask('a1');
    time.now -= 30 * day;
    restart();
    await expect(ask('a1')).rejects.toMatchObject({ code: 'spend-limit' });
    time.now += day + 1;
    await ask('a1');
    restart();
    time.now += day + 1;
    await ask('a1');
  }));

it('says when an allowance is over, and what then', () =>
  withStore(async ({ store }) => {
    const { ask, limit, time } = rig(store);
    limit(1000, { conditions: { tokensPerDay: 1000, until: time.now + 1000 } });
    await ask('a1');
    time.now += 1001;
    await expect(ask('a1')).rejects.toMatchObject({
      message: expect.stringContaining('its time is over'),
      hint: expect.not.stringContaining('tomorrow'),
    });
  }));

it('counts what is being answered: many questions at once do not get past the limit', () =>
  withStore(async ({ store }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { ask, limit, asked } = rig(store, {}, () => promise);
    limit(55); // 20 of each prompt
    const first = [ask('a1'), ask('a1')];
    await expect(ask('a1')).rejects.toMatchObject({ code: 'spend-limit' });
    expect(asked()).toBe(2);
    resolve();
    await Promise.all(first);
    await ask('a2');
  }));

it('goes by the agent’s own limit before everyone’s, and by a grant that forbids', () =>
  withStore(async ({ store }) => {
    const { ask, limit, asked } = rig(store);
    limit(10, { subject: { kind: 'everyone' } });
    await expect(ask('a2')).rejects.toMatchObject({ code: 'spend-limit' });
    limit(1000);
    await ask('a1');
    limit(1, { effect: 'deny', conditions: {} });
    await expect(ask('a1')).rejects.toMatchObject({ code: 'denied' });
    expect(asked()).toBe(1);
  }));

it('counts by length what a provider does not count', () =>
  withStore(async ({ store }) => {
    const { ask, limit } = rig(store, {});
    limit(55); // 20 of the prompt and 10 of the answer, each time
    await ask('a1');
    await expect(ask('a1')).resolves.toBeUndefined();
    await expect(ask('a1')).rejects.toMatchObject({ code: 'spend-limit' });
  }));

const serve: Partial<GrantDraft> = { subject: { kind: 'client', client: 'Editor' }, kind: 'serve', target: '*' };
type Origin = Parameters<Parameters<Parameters<typeof withStore>[0]>[0]['store']['runs']['create']>[0]['origin'];
const startRun = ({ store }: Parameters<Parameters<typeof withStore>[0]>[0], id: string, origin: Origin): RunId => {
  const plain = { title: 'W', kind: 'workflow' as const, startedAt: 1, inputs: {}, grant: { tools: [], folders: [] } };
  store.runs.create({ ...plain, id: id as RunId, origin });
  return id as RunId;
};

it('what agents use for a program counts for the grant that allowed its call, also in runs below and after a restart', () =>
  withStore(async (opened) => {
    const { ask, limit, asked, restart, policy } = rig(opened.store);
    const grant = limit(250, serve).id;
    const run = startRun(opened, 'r1', { kind: 'client', client: 'Editor', grant });
    const below = startRun(opened, 'r2', { kind: 'sub-workflow', run, step: 'c' });
    await ask('a1', run);
    await ask('a1', below);
    restart();
    await ask('a1', run); // 200 + 20 of its prompt
    await expect(ask('a2', below)).rejects.toMatchObject({ code: 'spend-limit', message: expect.stringContaining('the program Editor') });
    // That is a use of models, not of the grant; and the program’s next call asks.
    expect(policy().grants.used(grant)).toEqual({ lastHour: 0, tokensToday: 300 });
    const action = { kind: 'serve' as const, client: 'Editor', tool: 'ask_agent', args: { agent: 'a1' } };
    expect(policy().explain({ actor: { kind: 'client', client: 'Editor' }, action })).toMatchObject({
      outcome: 'ask',
      reason: expect.stringContaining('may use 250'),
    });
    // What the person allowed for once, or asks themselves, is not stopped by it.
    await ask('a1', startRun(opened, 'r3', { kind: 'client', client: 'Editor' }));
    await ask('a1', startRun(opened, 'r4', { kind: 'manual', by: 'cli' }));
    expect(asked()).toBe(5);
  }));

it('so it does in a chat that the program began; what allowed it is not known after a restart, and then it is only counted', () =>
  withStore(async ({ store }) => {
    const { ask, limit, restart, policy } = rig(store);
    const grant = limit(150, serve).id;
    store.clients.put('Editor', 'token', 'x', 1);
    const chat = programChat(sha256, 'Editor', 'c1');
    store.chats.insert({ id: chat, title: 'Editor: Hi', agent: 'a1' as AgentId, createdAt: 1, updatedAt: 1 });
    noteChat(policy().programChats, chat, grant);
    await ask('a1', undefined, chat);
    await ask('a1', undefined, chat); // 100 + 20 of its prompt
    await expect(ask('a1', undefined, chat)).rejects.toMatchObject({ code: 'spend-limit' });
    noteChat(policy().programChats, chat, undefined);
    await ask('a1', undefined, chat);
    restart();
    await ask('a1', undefined, chat);
    expect(policy().grants.used(grant).tokensToday).toBe(300);
  }));
