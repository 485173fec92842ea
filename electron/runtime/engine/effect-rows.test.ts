// When rows of effects reach the disk: an effect begins with its own intent and every earlier result there, as another process
// sees it, and a chain of effects has one commit for each step and not two.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { askPersonNode } from '../nodes/ask-person.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { outputNode } from '../nodes/output.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const out = { id: 'result', kind: 'flow.output', config: { name: 'result' } };

test.each(['idempotent', 'once'] as const)(
  'each %s effect finds its intent and all earlier results on disk, in one commit a step',
  async (effect) => {
    const seen: string[][] = [];
    let commits = 0;
    let look = (): RunEvent[] => [];
    const node = testNode('test.effect', {
      effect,
      run: async ({ scope }) => {
        seen.push(look().map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type)));
        return { out: Number(scope.input ?? 0) + 1 };
      },
    });
    lab = openLab([node, outputNode] as AnyNodeType[]);
    const other = new Database(join(lab.folder, 'orrery.db'), { readonly: true });
    const version = other.prepare<[], { data_version: number }>('pragma data_version');
    let last = version.get()?.data_version;
    look = () => {
      const now = version.get()?.data_version;
      if (now !== last) commits += 1;
      last = now;
      return other
        .prepare<[], { event: string }>('select event from journal order by id')
        .all()
        .flatMap(({ event }) => JSON.parse(event) as RunEvent | RunEvent[]);
    };
    const ids = ['a', 'b', 'c', 'd'];
    const document = graph(
      [...ids.map((id) => ({ id, kind: 'test.effect', config: { tag: id } })), out],
      ['a>b', 'b>c', 'c>d', 'd>result'],
    );
    const end = await lab.run(document);
    other.close();
    expect(end.outputs).toEqual({ result: 4 });
    const rows = ids.flatMap((step) => [`step-start ${step}`, `step-done ${step}`]);
    expect(seen).toEqual(ids.map((_, index) => ['run-start', ...rows.slice(0, index * 2 + 1)]));
    expect(commits).toBe(ids.length);
  },
);

test.each([
  ['a large result', 'a'],
  ['a small result behind a large one of another branch', 'b'],
])('what other stores write after %s comes after it on disk', async (_what, effect) => {
  const text = 'x'.repeat(200_000);
  const large = testNode('test.large', { effect: effect === 'a' ? 'once' : 'none', run: async () => ({ out: text }) });
  const small = testNode('test.small', { effect: 'once', run: async () => ({ out: 1 }) });
  lab = openLab([large, small, askPersonNode, outputNode] as AnyNodeType[]);
  const { inbox } = lab.lab.ports.store;
  const other = new Database(join(lab.folder, 'orrery.db'), { readonly: true });
  const rows = other.prepare<[], { event: string }>('select event from journal order by id');
  const seen: string[][] = [];
  const { insert } = inbox;
  inbox.insert = (item) => {
    insert(item);
    const events = rows.all().flatMap(({ event }) => JSON.parse(event) as RunEvent | RunEvent[]);
    seen.push(events.flatMap((event) => (event.type === 'step-done' ? event.step : [])));
  };
  const document = graph(
    [
      { id: 'b', kind: 'test.small' },
      { id: 'a', kind: 'test.large' },
      { id: 'ask', kind: 'person.ask', config: { question: 'Go on?' } },
      out,
    ],
    [`${effect}>ask`, 'ask>result'],
  );
  const run = lab.start(document);
  await until(() => seen.length > 0, 'it asks');
  other.close();
  expect(seen[0]).toContain(effect);
  await lab.lab.engine.cancel(run);
});
