import { afterEach, expect, test } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { inputNode } from './input.node.ts';
import { outputNode } from './output.node.ts';
import { subWorkflowNode } from './sub-workflow.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const nodes = [subWorkflowNode, inputNode, outputNode, testNode('test.any', {})] as AnyNodeType[];
const child = graph(
  [
    { id: 'i', kind: 'flow.input', config: { name: 'n', type: 'number', required: true } },
    { id: 'o', kind: 'flow.output', config: { name: 'back' } },
  ],
  ['i>o'],
  'Child',
);
type Row = { name: string; value: string };
const parent = (workflow: string, inputs: Row[] = [], name = 'Parent') =>
  graph(
    [
      { id: 's', kind: 'flow.workflow', config: { workflow, inputs: inputs as unknown as JsonValue } },
      { id: 'o', kind: 'flow.output', config: { name: 'result' } },
    ],
    ['s>o'],
    name,
  );

function open(stored: Record<string, WorkflowDocument>): EngineLab {
  lab = openLab(nodes);
  for (const [id, document] of Object.entries(stored))
    lab.lab.ports.store.workflows.insert({ ...document, id: id as WorkflowId, revision: 0, createdAt: 1, updatedAt: 1 });
  return lab;
}

/** Why it does not start. */
function refusal(current: EngineLab, document: WorkflowDocument, workflow?: string): AppError {
  const origin = { kind: 'manual' as const, by: 'cli' as const };
  try {
    current.lab.engine.start({
      document,
      inputs: {},
      origin,
      grant: { tools: [], folders: [] },
      workflow: workflow as WorkflowId | undefined,
    });
  } catch (error) {
    return error as AppError;
  }
  throw new Error('It started.');
}

test('runs the other workflow as a run of its own and gives its outputs', async () => {
  const current = open({ w1: child });
  const end = await current.run(parent('w1', [{ name: 'n', value: '3' }]));
  expect(end.outputs).toEqual({ result: { back: 3 } });
  const titles = current.lab.ports.store.runs.list({ limit: 5 }).map((run) => run.title);
  expect(titles.sort()).toEqual(['Child', 'Parent']);
});

test('an input set twice is a failure in words', async () => {
  const twice = [
    { name: 'n', value: '1' },
    { name: 'n', value: '2' },
  ];
  expect((await open({ w1: child }).run(parent('w1', twice))).error?.code).toBe('input-twice');
});

test('one that is gone is refused before anything runs, and complained of while drawing', () => {
  const current = open({});
  expect(refusal(current, parent('w1'))).toMatchObject({ code: 'workflow-not-found', place: 's.workflow' });
  expect(current.lab.engine.check(parent('w1'))).toMatchObject([
    { severity: 'error', code: 'workflow-not-found', node: 's', field: 'workflow' },
  ]);
  expect(current.lab.ports.store.runs.list({ limit: 5 })).toEqual([]);
});

test('one that comes back to itself, at once or through others, is refused with the way it takes', () => {
  const current = open({
    w1: parent('w2', [], 'First'),
    w2: parent('w3', [], 'Second'),
    w3: parent('w1', [], 'Third'),
    w4: parent('w4', [], 'Own'),
  });
  const refused = refusal(current, parent('w2', [], 'First'), 'w1');
  expect(refused.code).toBe('workflow-calls-itself');
  expect(refused.message).toContain('“First” runs “Second” runs “Third” runs “First”');
  expect(refusal(current, parent('w4', [], 'Own'), 'w4').code).toBe('workflow-calls-itself');
  expect(refusal(current, parent('w4', [], 'Other')).message).toContain('“Own” runs “Own”');
});

test('two ways to the same one are no ring', async () => {
  const both = graph(
    [
      { id: 's', kind: 'flow.workflow', config: { workflow: 'w1', inputs: [{ name: 'n', value: '1' }] } },
      { id: 't', kind: 'flow.workflow', config: { workflow: 'w1', inputs: [{ name: 'n', value: '2' }] } },
      { id: 'o', kind: 'flow.output', config: { name: 'result' } },
    ],
    ['s>o'],
  );
  expect((await open({ w1: child }).run(both)).outputs).toEqual({ result: { back: 1 } });
});

test('what it is given is checked as far as it is known', () => {
  const current = open({ w1: child });
  expect(refusal(current, parent('w1', [{ name: 'n', value: 'many' }])).code).toBe('input-wrong-type');
  expect(refusal(current, parent('w1', [{ name: 'm', value: '1' }])).code).toBe('unknown-input');
  expect(refusal(current, parent('w1')).code).toBe('input-missing');
  expect(
    current.lab.engine.check(parent('w1', [{ name: 'n', value: '{{ vars.x }}' }])).filter(({ severity }) => severity === 'error'),
  ).toEqual([]);
});

test('one that cannot run itself is refused with its own complaint', () => {
  const current = open({ w1: graph([{ id: 'x', kind: 'test.unknown' }], [], 'Broken') });
  expect(refusal(current, parent('w1'))).toMatchObject({ code: 'workflow-invalid', place: 's.workflow' });
});
