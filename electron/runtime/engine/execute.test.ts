import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { inputNode } from '../nodes/input.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const value = testNode('test.value', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const add = testNode('test.add', { run: async ({ scope, config }) => ({ out: Number(scope.input) + Number(config.by ?? 1) }) });
const choose = testNode('test.choose', {
  outputs: [
    { name: 'yes', label: 'Yes', schema: {} },
    { name: 'no', label: 'No', schema: {} },
  ],
  run: async ({ scope }) => ({ [scope.input ? 'yes' : 'no']: scope.input }),
});
const fail = testNode('test.fail', {
  run: async () => {
    throw new AppError('broken', 'It broke.', { hint: 'Mend it.' });
  },
});
const text = testNode('test.text', {
  fields: [{ key: 'text', label: 'Text', kind: 'template' }],
  run: async ({ config }) => ({ out: String(config.text) }),
});
const basics = [value, add, choose, fail, text, inputNode, outputNode, mergeNode, forEachNode] as AnyNodeType[];
const out = (id = 'result') => ({ id, kind: 'flow.output', config: { name: id } });

const skipped = (events: readonly { type: string; step?: string }[]) => events.filter((e) => e.type === 'step-skipped').map((e) => e.step);

describe('order and branches', () => {
  test('what a node throws while its step is made ends the run like any other failure', async () => {
    const odd = testNode('test.odd', {
      effectOf: () => {
        throw new AppError('odd', 'It says nothing of its effect.');
      },
    });
    lab = openLab([...basics, odd]);
    const make = (onError: 'stop' | 'continue') =>
      graph(
        [{ id: 'v', kind: 'test.value', config: { value: 1 } }, { id: 'odd', kind: 'test.odd', onError }, out()],
        ['v>odd', 'odd>result'],
      );
    expect((await lab.run(make('stop'))).error?.code).toBe('odd');
    expect((await lab.run(make('continue'))).status).toBe('done');
  });

  test('a chain gives its result, with every step kept', async () => {
    lab = openLab(basics);
    const nodes = Array.from({ length: 100 }, (_, i) => ({ id: `n${i}`, kind: 'test.add' }));
    const edges = nodes.slice(1).map((node, i) => `n${i}>${node.id}`);
    const end = await lab.run(
      graph([{ id: 'v', kind: 'test.value', config: { value: 0 } }, ...nodes, out()], ['v>n0', ...edges, 'n99>result']),
    );
    expect(end.outputs).toEqual({ result: 100 });
    expect(end.events.filter((event) => event.type === 'step-done')).toHaveLength(102);
    expect(end.stepsDone).toBe(102);
  });

  test('independent branches overlap', async () => {
    let inside = 0;
    const bothIn = Promise.withResolvers<void>();
    const meet = testNode('test.meet', {
      run: async ({ scope }) => {
        inside += 1;
        if (inside === 2) bothIn.resolve();
        await bothIn.promise;
        return { out: scope.input };
      },
    });
    lab = openLab([...basics, meet]);
    const end = await lab.run(
      graph(
        [
          { id: 'v', kind: 'test.value', config: { value: 1 } },
          { id: 'a', kind: 'test.meet' },
          { id: 'b', kind: 'test.meet' },
          { id: 'm', kind: 'flow.merge', config: { mode: 'list' } },
          out(),
        ],
        ['v>a', 'v>b', 'a>m', 'b>m', 'm>result'],
      ),
    );
    expect(end.outputs).toEqual({ result: [1, 1] });
  });

  test('what hangs on a port that does not fire is skipped, and a merge goes on', async () => {
    lab = openLab(basics);
    const end = await lab.run(
      graph(
        [
          { id: 'v', kind: 'test.value', config: { value: true } },
          { id: 'c', kind: 'test.choose' },
          { id: 'y', kind: 'test.add', config: { by: 5 } },
          { id: 'n', kind: 'test.add' },
          { id: 'n2', kind: 'test.add' },
          { id: 'm', kind: 'flow.merge' },
          out(),
        ],
        ['v>c', 'c.yes>y', 'c.no>n', 'n>n2', 'n2>m', 'y>m', 'm>result'],
      ),
    );
    expect(end.status).toBe('done');
    expect(end.outputs).toEqual({ result: 6 });
    expect(skipped(end.events)).toEqual(['n', 'n2']);
  });

  test('ten thousand skipped nodes in a row', async () => {
    lab = openLab(basics);
    const nodes = Array.from({ length: 10_000 }, (_, i) => ({ id: `n${i}`, kind: 'test.add' }));
    const end = await lab.run(
      graph(
        [{ id: 'v', kind: 'test.value', config: { value: 0 } }, { id: 'c', kind: 'test.choose' }, ...nodes],
        ['v>c', 'c.yes>n0', ...nodes.slice(1).map((node, i) => `n${i}>${node.id}`)],
      ),
    );
    expect(end.status).toBe('done');
    expect(skipped(end.events)).toHaveLength(10_000);
  });

  test('templates see inputs, vars and the steps before', async () => {
    lab = openLab(basics);
    const end = await lab.run(
      graph(
        [
          { id: 'who', kind: 'flow.input', config: { name: 'who' } },
          { id: 'v', kind: 'test.add' },
          { id: 't', kind: 'test.text', config: { text: '{{ vars.who }} {{ input }} {{ steps.who }}' } },
          out(),
        ],
        ['who>v', 'v>t', 't>result'],
      ),
      { who: '41' },
    );
    expect(end.outputs).toEqual({ result: '41 42 41' });
  });
});

describe('failure', () => {
  test('ends the run with its error, and stops the others', async () => {
    let stopped = false;
    const hang = testNode('test.hang', {
      run: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(new AppError('cancelled', 'stopped'));
          }),
        ),
    });
    lab = openLab([...basics, hang]);
    const end = await lab.run(
      graph([
        { id: 'f', kind: 'test.fail' },
        { id: 'h', kind: 'test.hang' },
      ]),
    );
    expect(end.status).toBe('failed');
    expect(end.error).toMatchObject({ code: 'broken', hint: 'Mend it.' });
    expect(stopped).toBe(true);
  });

  test('with onError continue goes out of the error port', async () => {
    lab = openLab(basics);
    const end = await lab.run(
      graph([{ id: 'f', kind: 'test.fail', onError: 'continue' }, { id: 'ok', kind: 'test.add' }, out()], ['f>ok', 'f.error>result']),
    );
    expect(end.status).toBe('done');
    expect(end.outputs).toEqual({ result: { code: 'broken', message: 'It broke.', hint: 'Mend it.' } });
    expect(skipped(end.events)).toEqual(['ok']);
    expect((await lab.lab.engine.getStep(end.id, 'result')).inputs).toEqual({ in: end.outputs.result });
  });

  test('is tried again with doubling waits, and then given up', async () => {
    let tries = 0;
    const shaky = testNode('test.shaky', {
      run: async ({ config }) => {
        tries += 1;
        if (tries < Number(config.until)) throw new AppError('shaky', `try ${tries}`);
        return { out: tries };
      },
    });
    lab = openLab([...basics, shaky]);
    const node = { id: 's', kind: 'test.shaky', retry: { times: 3, delayMs: 4 } };
    const good = await lab.run(graph([{ ...node, config: { until: 4 } }, out()], ['s>result']));
    expect(good.outputs).toEqual({ result: 4 });
    const waits = good.events.flatMap((event) =>
      event.type === 'step-failed' && event.retryAt !== undefined ? [event.retryAt - event.at] : [],
    );
    expect(waits).toEqual([4, 8, 16]);
    tries = 0;
    const bad = await lab.run(graph([{ ...node, config: { until: 99 } }]));
    expect(bad.status).toBe('failed');
    expect(tries).toBe(4);
  });

  test('a step that runs out of time is stopped, also when it ignores its signal', async () => {
    const deaf = testNode('test.deaf', { run: () => new Promise(() => {}) });
    lab = openLab([...basics, deaf]);
    const end = await lab.run(graph([{ id: 'd', kind: 'test.deaf', timeoutMs: 30 }]));
    expect(end.error?.code).toBe('step-timed-out');
  });

  test('what is not JSON is refused with words', async () => {
    const odd = testNode('test.odd', { run: async () => ({ out: (() => 1) as unknown as JsonValue }) });
    lab = openLab([...basics, odd]);
    const end = await lab.run(graph([{ id: 'o', kind: 'test.odd' }]));
    expect(end.error?.code).toBe('output-not-json');
  });
});

describe('cancel', () => {
  test('ends a run whose node ignores its signal, and drops what it gives later', async () => {
    const late = Promise.withResolvers<Record<string, JsonValue>>();
    const deaf = testNode('test.deaf', { effect: 'idempotent', run: () => late.promise });
    lab = openLab([...basics, deaf]);
    const id = lab.start(graph([{ id: 'd', kind: 'test.deaf' }, out()], ['d>result']));
    await until(() => lab?.events(id).some((event) => event.type === 'step-start') === true, 'the step started');
    await lab.lab.engine.cancel(id);
    late.resolve({ out: 1 });
    const end = await lab.end(id);
    expect(end.status).toBe('cancelled');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lab.events(id).at(-1)?.type).toBe('run-end');
  });

  test('of a run nobody drives, or that is over, is no failure', async () => {
    lab = openLab(basics);
    const end = await lab.run(graph([{ id: 'v', kind: 'test.value' }]));
    await lab.lab.engine.cancel(end.id);
    expect((await lab.end(end.id)).status).toBe('done');
    await expect(lab.lab.engine.cancel('nope' as RunId)).rejects.toMatchObject({ code: 'run-not-found' });
  });
});

describe('loops', () => {
  const list = (items: JsonValue[]) => ({ id: 'v', kind: 'test.value', config: { value: items } });
  const loop = (id: string, config: Record<string, JsonValue> = {}) => ({
    id,
    kind: 'flow.for-each',
    config: { concurrency: 1, ...config },
  });

  test('runs its body for each item, in order, one at a time', async () => {
    const seen: JsonValue[] = [];
    let inside = 0;
    const note = testNode('test.note', {
      run: async ({ scope }) => {
        inside += 1;
        expect(inside).toBe(1);
        seen.push([scope.item ?? null, scope.index ?? null]);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= 1;
        return { out: scope.input };
      },
    });
    lab = openLab([...basics, note]);
    const end = await lab.run(
      graph(
        [list([1, 2, 3]), loop('l'), { id: 'n', kind: 'test.note' }, { id: 'a', kind: 'test.add' }, out()],
        ['v>l', 'l.item>n', 'n>a', 'l.done>result'],
      ),
    );
    expect(end.outputs).toEqual({ result: [2, 3, 4] });
    expect(seen).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    expect(
      end.events.filter((event) => event.type === 'step-done').map((event) => (event.type === 'step-done' ? event.step : '')),
    ).toContain('a#2');
    expect(await lab.lab.engine.getStep(end.id, 'n#1')).toMatchObject({ inputs: { in: 2 }, outputs: { out: 2 } });
  });

  test('runs as many at a time as it may', async () => {
    let inside = 0;
    let most = 0;
    const slow = testNode('test.slow', {
      run: async ({ scope }) => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        return { out: scope.input };
      },
    });
    lab = openLab([...basics, slow]);
    const items = Array.from({ length: 12 }, (_, i) => i);
    const end = await lab.run(
      graph([list(items), loop('l', { concurrency: 3 }), { id: 's', kind: 'test.slow' }, out()], ['v>l', 'l.item>s', 'l.done>result']),
    );
    expect(end.outputs).toEqual({ result: items });
    expect(most).toBe(3);
  });

  test('nests, sees what is outside, and an empty list gives an empty list', async () => {
    lab = openLab(basics);
    const end = await lab.run(
      graph(
        [
          list([[1, 2], [], [3]]),
          { id: 'ten', kind: 'test.value', config: { value: 10 } },
          loop('outer'),
          loop('inner'),
          { id: 'm', kind: 'flow.merge', config: { mode: 'list' } },
          { id: 't', kind: 'test.text', config: { text: '{{ item }}/{{ index }}/{{ steps.ten }}' } },
          out(),
        ],
        ['v>outer', 'outer.item>inner', 'inner.item>m', 'ten>m', 'm>t', 'outer.done>result'],
      ),
    );
    expect(end.outputs).toEqual({ result: [['1/0/10', '2/1/10'], [], ['3/0/10']] });
    expect(end.events.some((event) => event.type === 'step-done' && event.step === 't#0.1')).toBe(true);
    expect((await lab.lab.engine.getStep(end.id, 'm#2.0')).inputs).toEqual({ in: [3, 10] });
  });

  test('a failing item stops the run, or is left out', async () => {
    const picky = testNode('test.picky', {
      run: async ({ scope }) => {
        if (scope.input === 2) throw new AppError('picky', 'Not two.');
        return { out: scope.input };
      },
    });
    lab = openLab([...basics, picky]);
    const make = (onItemError: string) =>
      graph([list([1, 2, 3]), loop('l', { onItemError }), { id: 'p', kind: 'test.picky' }, out()], ['v>l', 'l.item>p', 'l.done>result']);
    expect((await lab.run(make('stop'))).error?.code).toBe('picky');
    expect((await lab.run(make('skip'))).outputs).toEqual({ result: [1, null, 3] });
  });

  test('what is not a list is refused', async () => {
    lab = openLab(basics);
    const end = await lab.run(graph([{ id: 'v', kind: 'test.value', config: { value: 3 } }, loop('l')], ['v>l']));
    expect(end.error?.code).toBe('loop-needs-list');
  });
});
