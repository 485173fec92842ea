// Runs that a step of another run starts, inputs that come as text, and how much runs at once.

import { afterEach, describe, expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { inputNode } from '../nodes/input.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { subWorkflowNode } from '../nodes/sub-workflow.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});
const nodes = [inputNode, outputNode, subWorkflowNode] as AnyNodeType[];
const child = (type: string) =>
  graph(
    [
      { id: 'i', kind: 'flow.input', config: { name: 'v', type } },
      { id: 'o', kind: 'flow.output', config: { name: 'v' } },
    ],
    ['i>o'],
    'Child',
  );
const parent = (value: string) =>
  graph(
    [
      { id: 's', kind: 'flow.workflow', config: { workflow: 'w', inputs: [{ name: 'v', value }] } },
      { id: 'o', kind: 'flow.output', config: { name: 'o' } },
    ],
    ['s>o'],
  );

test.each([
  ['text', '1.0', '1.0'],
  ['text', '12345678901234567890', '12345678901234567890'],
  ['text', '{"a": 1}', '{"a": 1}'],
  ['text', 'null', 'null'],
  ['number', '3', 3],
  ['toggle', 'yes', true],
  ['json', '["a", 1]', ['a', 1]],
  ['json', 'just text', 'just text'],
])('an input of the kind %s takes %s as %j', async (type, given, wanted) => {
  lab = openLab(nodes);
  lab.lab.ports.store.workflows.insert({ ...child(type), id: 'w' as WorkflowId, revision: 0, createdAt: 1, updatedAt: 1 });
  const end = await lab.run(parent(given));
  expect(end.error).toBeUndefined();
  expect(end.outputs).toEqual({ o: { v: wanted } });
});

test.each([
  ['number', 'many'],
  ['folder', 'notes'],
  ['toggle', 3],
])('a default that is not of its kind (%s) is refused by name before the run begins', (type, value) => {
  lab = openLab(nodes);
  const document = graph([{ id: 'i', kind: 'flow.input', config: { name: 'v', type, default: value } }]);
  expect(() => lab?.start(document)).toThrow(expect.objectContaining({ code: 'input-default-wrong', place: 'v' }));
});

describe('after a crash', () => {
  test('a child whose parent had ended already is not taken up', async () => {
    let began = 0;
    lab = openLab([
      testNode('test.work', {
        effect: 'idempotent',
        run: async () => {
          began += 1;
          return { out: began };
        },
      }),
    ] as AnyNodeType[]);
    const { runs } = lab.lab.ports.store;
    const shared = {
      title: 't',
      kind: 'workflow' as const,
      startedAt: 1,
      inputs: {},
      grant: { tools: [], folders: [] },
      document: graph([{ id: 'w', kind: 'test.work' }]),
    };
    runs.create({ ...shared, id: 'parent' as RunId, origin: { kind: 'manual', by: 'cli' } });
    runs.create({ ...shared, id: 'orphan' as RunId, origin: { kind: 'sub-workflow', run: 'parent' as RunId, step: 's' } });
    runs.append('parent' as RunId, { type: 'run-end', at: 2, status: 'cancelled' });
    await runs.flush();
    await lab.reopen();
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end('orphan' as RunId)).status).toBe('cancelled');
    expect(began).toBe(0);
  });
});

test('very many independent nodes run in turns', async () => {
  let running = 0;
  let most = 0;
  lab = openLab([
    testNode('test.wide', {
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running -= 1;
        return { out: 1 };
      },
    }),
  ] as AnyNodeType[]);
  const end = await lab.run(graph(Array.from({ length: 2000 }, (_, n) => ({ id: `n${n}`, kind: 'test.wide' }))));
  expect(end.status).toBe('done');
  expect(end.events.filter((event) => event.type === 'step-done')).toHaveLength(2000);
  expect(most).toBeGreaterThan(50);
  expect(most).toBeLessThanOrEqual(256);
});

test('two inputs of the same name are refused with the place', () => {
  lab = openLab(nodes);
  const twice = ['a', 'b'].map((id) => ({ id, kind: 'flow.input', config: { name: 'v' } }));
  expect(lab.lab.engine.check(graph(twice))).toMatchObject([{ severity: 'error', code: 'input-name-taken', node: 'b', field: 'name' }]);
});
