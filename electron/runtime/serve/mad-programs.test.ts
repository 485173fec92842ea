// What a program that does too much leaves behind: little.

import { expect, test } from 'vitest';
import { ada, openServing, quietly } from '../../../tests/helpers/serve-lab.ts';
import { FakeClock } from '../../../tests/torture/fake-clock.ts';

const codeOf = (error: { code?: string }): string => error.code ?? '';
const grantAll = (rig: ReturnType<typeof openServing>): void =>
  void rig.policy.grants.put(
    { subject: { kind: 'client', client: 'Editor' }, effect: 'allow', kind: 'serve', target: '*', conditions: {} },
    { from: 'a test' },
  );

test('lists, prompts and completion share one count, over as many sessions as it opens', async () => {
  // The clock stands: on a busy machine more would be open again meanwhile.
  const rig = openServing({ ports: { clock: new FakeClock(1_000_000) } });
  grantAll(rig);
  rig.store.agents.put(ada);
  const [one, two] = [rig.program(), rig.program()];
  for (let i = 0; i < 30; i += 1) {
    one.tools();
    const name = two.prompts()[0]?.name ?? '';
    await one.resources();
    expect(two.complete(name, 'task', '')).toEqual([]);
  }
  for (const look of [() => one.tools(), () => two.prompts(), () => one.complete('ask-x', 'a', '')])
    expect(look).toThrow(expect.objectContaining({ code: 'too-many-requests' }));
  await expect(two.resources()).rejects.toMatchObject({ code: 'too-many-requests' });
  // Another program is served.
  expect(rig.program('Other').tools().length).toBeGreaterThan(3);
  expect(rig.entries.filter(({ outcome }) => outcome === 'denied')).toHaveLength(1);
});

test('comings and goings leave few entries, and no run without a call', async () => {
  const rig = openServing();
  for (let i = 0; i < 50; i += 1) await rig.program().close();
  expect(rig.entries.filter(({ kind }) => kind === 'access')).toHaveLength(40);
  expect(rig.store.runs.list({ limit: 5 })).toEqual([]);
});

test('what it remembers under a key takes the place of its own, and of nobody else’s', async () => {
  const rig = openServing();
  grantAll(rig);
  const at = { createdAt: 1, updatedAt: 1 };
  rig.store.memory.put({ id: 'm' as never, text: 'theirs', key: 'plan', tags: [], source: { kind: 'person' }, ...at });
  const session = rig.program();
  for (const text of ['first', 'second']) await session.call('remember', { text, key: 'plan' }, quietly());
  expect(rig.store.memory.findByKey('plan')?.text).toBe('theirs');
  const { items } = rig.store.memory.list({ limit: 10 });
  expect(items.map(({ text }) => text).sort()).toEqual(['second', 'theirs']);
});

test('it does not fill the inbox, nor the journal with what it sends and is sent', async () => {
  const rig = openServing();
  const session = rig.program();
  const codes: string[] = [];
  for (let i = 0; i < 40; i += 1) {
    const gone = new AbortController();
    const call = session.call('list_agents', {}, quietly(gone.signal)).catch(codeOf);
    gone.abort();
    codes.push(String(await call));
  }
  expect(codes.filter((code) => code === 'too-many-questions')).toHaveLength(10);
  await expect(session.call('search_memory', { query: 'x'.repeat(256_000) }, quietly())).rejects.toMatchObject({ code: 'input-too-big' });

  grantAll(rig);
  await expect(session.call('remember', { text: 'x', tags: ['t'.repeat(500)] }, quietly())).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringMatching(/^Tags \(number 1\) must have at most \d+ characters\.$/),
  });
  for (let i = 0; i < 20; i += 1)
    rig.store.memory.put({
      ...{ id: `m${i}` as never, text: `apple ${'y'.repeat(9_000)}`, tags: [], createdAt: 1, updatedAt: 1 },
      source: { kind: 'person' },
    });
  const found = await session.call('search_memory', { query: 'apple', limit: 50 }, quietly());
  expect(found.text.length).toBeGreaterThan(100_000);
  const [run] = rig.store.runs.list({ limit: 1 });
  const kept = rig.lab.events(run?.id as never).findLast(({ type }) => type === 'step-done');
  expect(JSON.stringify(kept).length).toBeLessThan(100_000);
  expect(kept).toMatchObject({ outputs: { out: { note: expect.stringContaining('are not kept here') } } });
});
