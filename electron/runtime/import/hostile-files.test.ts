// Files made to cost more than they are worth: each is read or refused well within a watchdog, and what comes of it stays small.

import { expect, it } from 'vitest';
import { readForeign } from './read-foreign.ts';

const node = (index: number, more: object = {}) => ({ name: `n${index}`, type: 'n8n-nodes-base.noOp', ...more });
const start = node(0, { type: 'n8n-nodes-base.manualTrigger' });
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const chain = (count: number) =>
  Object.fromEntries(many(count - 1, (index) => [`n${index}`, { main: [[{ node: `n${index + 1}`, index: 0 }]] }]));
const v1 = { settings: { executionOrder: 'v1' } };

const files: [string, unknown][] = [
  [
    'two hundred workflows that each call each other',
    many(200, (at) => ({
      name: `w${at}`,
      id: `i${at}`,
      nodes: [
        start,
        ...many(60, (index) => node(index + 1, { type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId: '={{ 1 }}' } })),
      ],
      connections: {},
    })),
  ],
  [
    'sixty thousand kinds of connections',
    {
      nodes: [start],
      connections: { n0: Object.fromEntries(many(60_000, (at) => [`t${at}`, [[{ node: 'n0' }]]])) },
    },
  ],
  [
    'nodes that take along the parameters of all before them',
    {
      nodes: [start, ...many(999, (at) => node(at + 1, { parameters: { b: 'x'.repeat(3000), a: '={{ $("n0").params }}' } }))],
      connections: chain(1000),
      ...v1,
    },
  ],
  [
    'a thousand diamonds',
    {
      nodes: [start, ...many(3000, (at) => node(at + 1))],
      connections: Object.fromEntries(
        many(2990, (at) => [`n${at}`, { main: [many(10, (by) => ({ node: `n${at + by + 1}`, index: 0 }))] }]),
      ),
      ...v1,
    },
  ],
  ['nodes of one name', { nodes: many(80_000, () => ({ name: 'a', type: 'x' })), connections: {} }],
];

it.each(files)(
  '%s',
  (_, file) => {
    const { report, documents } = readForeign(JSON.stringify(file), 'x');
    expect(report.program).toBe('n8n');
    expect(JSON.stringify(documents).length).toBeLessThan(20_000_000);
  },
  15_000,
);

it('a workflow takes along only those that it calls, and those that they call', () => {
  const calls = (id: string) => node(1, { type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId: { value: id } } });
  const workflow = (id: string, called?: string) => ({
    name: `Workflow ${id}`,
    id,
    nodes: called === undefined ? [start] : [start, calls(called)],
    connections: called === undefined ? {} : chain(2),
    ...v1,
  });
  const { documents } = readForeign(JSON.stringify([workflow('a', 'b'), workflow('b', 'c'), workflow('c'), workflow('d')]));
  const step = documents[0]?.nodes.find((each) => each.kind === 'n8n.step');
  expect(Object.keys(step?.config.others as object).sort()).toEqual(['b', 'c']);
});
