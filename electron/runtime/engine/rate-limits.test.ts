import { afterEach, describe, expect, test } from 'vitest';
import { isCancelled } from '../../../shared/errors.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { RateLimits } from './rate-limits.ts';

const never = new AbortController().signal;

describe('a line', () => {
  test('lets so many begin at once, and the next when the first is long enough ago', async () => {
    let now = 0;
    const limits = new RateLimits(() => now);
    const limit = { max: 2, perMs: 20 };
    const waits: string[] = [];
    await limits.take('a', limit, never, () => waits.push('1'));
    await limits.take('a', limit, never, () => waits.push('2'));
    let hasBegun = false;
    const third = limits
      .take('a', limit, never, () => waits.push('3'))
      .then(() => {
        hasBegun = true;
      });
    await limits.take('b', limit, never, () => waits.push('other'));
    expect([waits, hasBegun]).toEqual([['3'], false]);
    now = 20;
    await third;
    expect(hasBegun).toBe(true);
  });

  test('goes on in order, and one that is stopped leaves no gap', async () => {
    const limits = new RateLimits();
    const limit = { max: 1, perMs: 15 };
    const order: string[] = [];
    const stop = new AbortController();
    await limits.take('a', limit, never, () => {});
    const gone = limits.take('a', limit, stop.signal, () => {});
    const next = limits.take('a', limit, never, () => {}).then(() => order.push('next'));
    const last = limits.take('a', limit, never, () => {}).then(() => order.push('last'));
    stop.abort();
    expect(isCancelled(await gone.catch((error: unknown) => error))).toBe(true);
    await Promise.all([next, last]);
    expect(order).toEqual(['next', 'last']);
  });
});

describe('a node with a limit', () => {
  let lab: EngineLab | undefined;
  afterEach(async () => {
    await lab?.close();
    lab = undefined;
  });
  const begun: number[] = [];
  const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
  const call = testNode('test.call', {
    effect: 'once',
    run: async () => {
      begun.push(performance.now());
      return { out: null };
    },
  });
  const document = (perMs: number, max: number, count: number) =>
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: Array.from({ length: count }, (_, index) => index) } },
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 8 } },
        { id: 'c', kind: 'test.call', rateLimit: { max, perMs } },
      ],
      ['g>l', 'l.item>c'],
    );
  const nodes = [given, call, forEachNode] as AnyNodeType[];

  test('begins no more often than that, over all runs of the workflow', async () => {
    lab = openLab(nodes);
    begun.length = 0;
    const from = performance.now();
    const both = await Promise.all([lab.run(document(60, 2, 3)), lab.run(document(60, 2, 3))]);
    expect(both.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(begun.length).toBe(6);
    // Two in each window: the third pair cannot begin before two windows are over, however slow the machine is. A timer may be a
    // moment early.
    expect((begun.at(-1) as number) - from).toBeGreaterThan(110);
  });

  test('says what it waits for, keeps no intent meanwhile, and can be stopped', async () => {
    lab = openLab(nodes);
    begun.length = 0;
    const id = lab.start(document(3_600_000, 1, 2));
    const notes: string[] = [];
    const stop = new AbortController();
    void (async () => {
      for await (const batch of lab?.lab.hub.watch(id, 0, stop.signal) ?? [])
        for (const { event } of batch) if (event.type === 'step-progress' && event.note !== undefined) notes.push(event.note);
    })().catch(() => undefined);
    await until(() => notes.length > 0, 'the second waits');
    expect(notes).toEqual(['waits its turn: 1 per 60 min']);
    expect(lab.events(id).flatMap((event) => (event.type === 'step-start' && event.node === 'c' ? [event.step] : []))).toEqual(['c#0']);
    await lab.lab.engine.cancel(id);
    expect((await lab.end(id)).status).toBe('cancelled');
    expect(begun.length).toBe(1);
    stop.abort();
  });
});
