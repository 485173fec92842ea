import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type EngineLab, graph, type NodeSketch, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { forEachNode } from './for-each.node.ts';
import { outputNode } from './output.node.ts';
import { tryNode } from './try.node.ts';

let lab: EngineLab | undefined;
let executed: string[] = [];
let stopped: string[] = [];
let failTimes = 0;
let isOpen = true;
beforeEach(() => {
  executed = [];
  stopped = [];
  failTimes = 0;
  isOpen = true;
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const work = testNode('test.work', {
  effect: 'idempotent',
  run: async ({ config, scope }) => {
    executed.push(String(config.tag));
    return { out: scope.input };
  },
});
const fail = testNode('test.fail', {
  effect: 'once',
  run: async () => {
    executed.push('fail');
    if (failTimes > 0) {
      failTimes -= 1;
      throw new AppError('it-broke', 'It broke.', { hint: 'Mend it.' });
    }
    return { out: 'whole' };
  },
});
/** Waits until the test opens the gate, or until it is stopped. */
const gate = testNode('test.gate', {
  run: async ({ signal, scope }) => {
    if (isOpen) return { out: scope.input };
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        stopped.push('gate');
        reject(new AppError('cancelled', 'stopped'));
      }),
    );
  },
});
const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const nodes = [work, fail, gate, given, tryNode, outputNode, forEachNode] as AnyNodeType[];
const out = (id: string) => ({ id, kind: 'flow.output', config: { name: id } });
const tag = (id: string) => ({ id, kind: 'test.work', config: { tag: id } });

const region = (inner: NodeSketch[], edges: string[], particular: Record<string, unknown> = {}) =>
  graph(
    [
      { id: 'g', kind: 'test.given', config: { value: 1 } },
      { id: 't', kind: 'flow.try', ...particular },
      ...inner,
      out('done'),
      out('error'),
    ],
    ['g>t', 't.done>done', 't.error>error', ...edges],
  );

test('gives the result of its region', async () => {
  lab = openLab(nodes);
  const end = await lab.run(region([tag('a'), tag('b')], ['t.item>a', 'a>b']));
  expect([end.status, end.outputs]).toEqual(['done', { done: 1 }]);
});

test('a failure inside stops the rest of it, and says what failed and where', async () => {
  lab = openLab(nodes);
  failTimes = 1;
  isOpen = false;
  const end = await lab.run(
    region([tag('a'), { id: 'f', kind: 'test.fail' }, { id: 'w', kind: 'test.gate' }], ['t.item>a', 'a>f', 't.item>w']),
  );
  expect(end.status).toBe('done');
  expect(end.outputs).toEqual({ error: { code: 'it-broke', message: 'It broke.', hint: 'Mend it.', node: 'f', step: 'f#0' } });
  expect(stopped).toEqual(['gate']);
});

test('a failure deep inside a loop in it is the region’s', async () => {
  lab = openLab(nodes);
  failTimes = 1;
  const list = { id: 'v', kind: 'test.given', config: { value: [1, 2] } };
  const end = await lab.run(
    graph(
      [list, { id: 't', kind: 'flow.try' }, { id: 'l', kind: 'flow.for-each' }, { id: 'f', kind: 'test.fail' }, out('done'), out('error')],
      ['v>t', 't.item>l', 'l.item>f', 't.done>done', 't.error>error'],
    ),
  );
  expect(end.outputs).toMatchObject({ error: { code: 'it-broke', node: 'f', step: 'f#0.0' } });
});

test('its retry does the whole region again, with names of its own for each round', async () => {
  lab = openLab(nodes);
  failTimes = 2;
  const end = await lab.run(region([tag('a'), { id: 'f', kind: 'test.fail' }], ['t.item>a', 'a>f'], { retry: { times: 2, delayMs: 0 } }));
  expect(end.outputs).toEqual({ done: 'whole' });
  expect(executed).toEqual(['a', 'fail', 'a', 'fail', 'a', 'fail']);
  expect(end.events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []))).toEqual([
    'g',
    'a#0',
    'a#1',
    'a#2',
    'f#2',
    't',
    'done',
  ]);
});

test('a host that closes in a later round goes on in it, and does no step of it again', async () => {
  lab = openLab(nodes);
  failTimes = 1;
  isOpen = false;
  const document = region(
    [tag('a'), { id: 'f', kind: 'test.fail' }, { id: 'w', kind: 'test.gate' }, tag('z')],
    ['t.item>a', 'a>f', 'f>w', 'w>z'],
    { retry: { times: 1, delayMs: 0 } },
  );
  const id = lab.start(document);
  await until(
    () => lab?.events(id).some((event) => event.type === 'step-done' && event.step === 'f#1') === true,
    'the second round is at its gate',
  );
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ done: 'whole' });
  expect(executed).toEqual(['a', 'fail', 'a', 'fail', 'z']);
});

test('running out of time fires “Error” too', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const end = await lab.run(region([{ id: 'w', kind: 'test.gate' }], ['t.item>w'], { timeoutMs: 30 }));
  expect(end.status).toBe('done');
  expect(end.outputs).toMatchObject({ error: { code: 'step-timed-out', node: 't', step: 't' } });
});

test('stopping the run is no failure that is caught', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const id = lab.start(region([{ id: 'w', kind: 'test.gate' }, tag('after')], ['t.item>w', 't.error>after']));
  await until(() => lab?.events(id).some((event) => event.type === 'step-done') === true, 'it is in the region');
  await lab.lab.engine.cancel(id);
  expect((await lab.end(id)).status).toBe('cancelled');
  expect(executed).toEqual([]);
});
