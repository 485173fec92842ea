// What agents and jobs spend on models is counted and held to the grants that limit it, over a restart too.

import { expect, it } from 'vitest';
import type { AgentId, RunId } from '../../../shared/model/ids.ts';
import type { GrantDraft } from '../../../shared/model/policy.ts';
import { sha256 } from '../../adapters/hash.ts';
import { withStore } from '../../adapters/sqlite/test-support.ts';
import type { ModelEvent } from '../ports.ts';
import type { ModelService } from '../services.ts';
import { createPolicy } from './create-policy.ts';
import { withSpending } from './spending.ts';

const by = (id: string) => ({ actor: { kind: 'agent' as const, id, name: 'Ann' } });
const tools = { servers: () => [], tools: () => [] } as never;

function rig(
  store: Parameters<Parameters<typeof withStore>[0]>[0]['store'],
  usage: { inputTokens?: number; outputTokens?: number } = { inputTokens: 60, outputTokens: 40 },
  answers: () => Promise<void> = () => Promise.resolve(),
) {
  const clock = { now: () => 1_800_000_000_000, sleep: () => Promise.resolve() } as never;
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
  const models = withSpending(plain, { ports: { store }, policy: () => policy });
  const ask = async (who: string, run?: RunId): Promise<void> => {
    const about = run === undefined ? by(who) : { ...by(who), run };
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
  return { ask, limit, asked: () => asked, restart };
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
