import { expect, onTestFinished, test } from 'vitest';
import { graph, openLab } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { manualNode } from './manual.node.ts';
import { noteNode } from './note.node.ts';

test('never runs and leaves nothing in the journal', async () => {
  const lab = openLab([noteNode, manualNode] as AnyNodeType[]);
  onTestFinished(() => lab.close());
  const end = await lab.run(
    graph([
      { id: 'n', kind: 'note.text', config: { text: 'Read me.' } },
      { id: 'm', kind: 'trigger.manual' },
    ]),
  );
  expect(end.status).toBe('done');
  expect(JSON.stringify(end.events)).toContain('"m"');
  expect(end.events.filter((event) => 'node' in event && event.node === 'n')).toEqual([]);
});

test('a workflow of notes alone has nothing to run', () => {
  const lab = openLab([noteNode] as AnyNodeType[]);
  onTestFinished(() => lab.close());
  expect(() => lab.start(graph([{ id: 'n', kind: 'note.text', config: { text: 'Read me.' } }]))).toThrow(/nothing to run/);
});
