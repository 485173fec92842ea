import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';

let lab: EngineLab | undefined;
let executed: string[] = [];
const open = new Set<string>();
const waiting = new Map<string, () => void>();
beforeEach(() => {
  executed = [];
  open.clear();
  waiting.clear();
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

function release(name: string): void {
  open.add(name);
  waiting.get(name)?.();
}

/** Goes on when the test says its name. */
const gate = testNode('test.gate', {
  effect: 'idempotent',
  run: async ({ config, signal }) => {
    const name = String(config.name);
    if (!open.has(name))
      await new Promise<void>((resolve, reject) => {
        waiting.set(name, resolve);
        signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped')));
      });
    executed.push(name);
    return { out: { by: name } };
  },
});
const work = testNode('test.work', {
  effect: 'idempotent',
  run: async ({ scope }) => {
    executed.push('after');
    return { out: scope.input };
  },
});
const dead = testNode('test.dead', { run: async () => ({}) });
const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const nodes = [gate, work, dead, given, mergeNode, outputNode, forEachNode] as AnyNodeType[];
const gateOf = (name: string) => ({ id: name, kind: 'test.gate', config: { name } });

const race = (wait: string, mode = 'list') =>
  graph(
    [
      gateOf('a'),
      gateOf('b'),
      { id: 'd', kind: 'test.dead' },
      { id: 'm', kind: 'flow.merge', config: { wait, mode } },
      { id: 'w', kind: 'test.work' },
      { id: 'o', kind: 'flow.output', config: { name: 'won' } },
    ],
    ['a>m', 'd>m', 'b>m', 'm>w', 'w>o'],
  );

test('“all” waits for every branch that is taken', async () => {
  lab = openLab(nodes);
  const id = lab.start(race('all'));
  await until(() => waiting.has('b'), 'both wait');
  release('b');
  await until(() => executed.includes('b'), 'one has come');
  expect(executed).not.toContain('after');
  release('a');
  expect((await lab.end(id)).outputs).toEqual({ won: [{ by: 'a' }, { by: 'b' }] });
});

test.each([
  ['any', [{ by: 'b' }]],
  ['first', { by: 'b' }],
])('“%s” goes on with the first that comes, and drops what comes later', async (wait, won) => {
  lab = openLab(nodes);
  const id = lab.start(race(wait));
  await until(() => waiting.has('b'), 'both wait');
  release('b');
  await until(() => executed.includes('after'), 'it went on while the other still goes');
  expect(executed).toEqual(['b', 'after']);
  release('a');
  const end = await lab.end(id);
  expect(end.outputs).toEqual({ won });
  expect(executed).toEqual(['b', 'after', 'a']);
  const merged = lab.events(id).find((event) => event.type === 'step-done' && event.step === 'm');
  expect(merged).toMatchObject({ outputs: { from: ['b'] } });
});

test('a host that closes after the race does not let another one win', async () => {
  lab = openLab(nodes);
  const id = lab.start(race('first'));
  await until(() => waiting.has('b'), 'both wait');
  release('b');
  await until(() => lab?.events(id).some((event) => event.type === 'step-done' && event.step === 'w') === true, 'it went on');
  await lab.reopen();
  waiting.clear();
  release('a');
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ won: { by: 'b' } });
  expect(executed).toEqual(['b', 'after', 'a']);
});

test('where no branch is taken it is skipped', async () => {
  lab = openLab(nodes);
  const end = await lab.run(
    graph(
      [
        { id: 'd', kind: 'test.dead' },
        { id: 'm', kind: 'flow.merge', config: { wait: 'any' } },
        { id: 'w', kind: 'test.work' },
      ],
      ['d>m', 'm>w'],
    ),
  );
  expect(end.events.flatMap((event) => (event.type === 'step-skipped' ? [event.step] : []))).toEqual(['m', 'w']);
});

test('inside a loop, what comes from outside of it is there already', async () => {
  lab = openLab(nodes);
  open.add('a');
  const end = await lab.run(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: [1] } },
        { id: 'x', kind: 'test.given', config: { value: 'outer' } },
        { id: 'l', kind: 'flow.for-each' },
        gateOf('a'),
        { id: 'm', kind: 'flow.merge', config: { wait: 'first' } },
        { id: 'o', kind: 'flow.output', config: { name: 'won' } },
      ],
      ['g>l', 'l.item>a', 'a>m', 'x>m', 'l.done>o'],
    ),
  );
  expect(end.outputs).toEqual({ won: ['outer'] });
});
