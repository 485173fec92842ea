import { expect, test } from 'vitest';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { inputNode } from './input.node.ts';
import { outputNode } from './output.node.ts';
import { subWorkflowNode } from './sub-workflow.node.ts';

const nodes = [subWorkflowNode, inputNode, outputNode, testNode('test.any', {})] as AnyNodeType[];
const child = graph(
  [
    { id: 'i', kind: 'flow.input', config: { name: 'n', type: 'number' } },
    { id: 'o', kind: 'flow.output', config: { name: 'back' } },
  ],
  ['i>o'],
  'Child',
);
const parent = (config: Record<string, string | { name: string; value: string }[]>) =>
  graph(
    [
      { id: 's', kind: 'flow.workflow', config },
      { id: 'o', kind: 'flow.output', config: { name: 'result' } },
    ],
    ['s>o'],
    'Parent',
  );

test('runs the other workflow as a run of its own and gives its outputs', async () => {
  const lab = openLab(nodes);
  try {
    lab.lab.ports.store.workflows.insert({ ...child, id: 'w1' as WorkflowId, revision: 0, createdAt: 1, updatedAt: 1 });
    const end = await lab.run(parent({ workflow: 'w1', inputs: [{ name: 'n', value: '3' }] }));
    expect(end.outputs).toEqual({ result: { back: 3 } });
    expect(
      lab.lab.ports.store.runs
        .list({ limit: 5 })
        .map((run) => run.title)
        .sort(),
    ).toEqual(['Child', 'Parent']);
  } finally {
    await lab.close();
  }
});

test('an input set twice and a workflow that is gone are failures in words', async () => {
  const lab = openLab(nodes);
  try {
    const twice = [
      { name: 'n', value: '1' },
      { name: 'n', value: '2' },
    ];
    expect((await lab.run(parent({ workflow: 'w1', inputs: twice }))).error?.code).toBe('input-twice');
    expect((await lab.run(parent({ workflow: 'w1', inputs: [] }))).error?.code).toBe('workflow-not-found');
  } finally {
    await lab.close();
  }
});
